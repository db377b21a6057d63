/** Finds members that JSON text has twice. */

const TOKENS = /"(?:[^"\\]+|\\.)*"|[{}[\]:]/g;

/**
 * The members that occur more than once in an object of valid JSON, as `a.b`. `JSON.parse` keeps only the last of them,
 * so a node or a policy would be missing without a trace.
 */
export function repeatedMembers(json: string): readonly string[] {
  const repeated = new Set<string>();
  const open: { readonly path: readonly string[]; readonly names: Set<string>; name: string }[] =
    [];
  let text = '';
  for (const [token] of json.matchAll(TOKENS)) {
    const here = open.at(-1);
    if (token === '{' || token === '[') {
      const path = here === undefined ? [] : [...here.path, here.name];
      open.push({ path: path.filter((name) => name !== ''), names: new Set(), name: '' });
    } else if (token === '}' || token === ']') {
      open.pop();
    } else if (token === ':' && here !== undefined) {
      here.name = String(JSON.parse(text));
      if (here.names.has(here.name)) repeated.add([...here.path, here.name].join('.'));
      here.names.add(here.name);
    } else {
      text = token;
    }
  }
  return [...repeated];
}
