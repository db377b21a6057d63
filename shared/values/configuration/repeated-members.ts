/** Finds members that JSON text has twice. */

const TOKENS = /"(?:[^"\\]+|\\.)*"|[{}[\]:]/g;

/**
 * The members that occur more than once in an object of valid JSON, as `a.b`. `JSON.parse` keeps only the last of them,
 * so a node or a policy would be missing without a trace.
 */
export function repeatedMembers(json: string): readonly string[] {
  const repeated = new Set<string>();
  const open: { readonly names: Set<string>; name: string }[] = [];
  let text = '';
  for (const [token] of json.matchAll(TOKENS)) {
    const here = open.at(-1);
    if (token === '{' || token === '[') {
      open.push({ names: new Set(), name: '' });
    } else if (token === '}' || token === ']') {
      open.pop();
    } else if (token === ':' && here !== undefined) {
      here.name = String(JSON.parse(text));
      if (here.names.has(here.name)) repeated.add(pathOf(open));
      here.names.add(here.name);
    } else {
      text = token;
    }
  }
  return [...repeated];
}

const MAX_PATH_NAMES = 20;

/** The names from the outermost object to the member, or the last of many. Elements of an array have none. */
function pathOf(open: readonly { readonly name: string }[]): string {
  const names = open.slice(-MAX_PATH_NAMES).map(({ name }) => name);
  return names.filter((name) => name !== '').join('.');
}
