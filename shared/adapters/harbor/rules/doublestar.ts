/**
 * The patterns of Harbor's rules, as Harbor matches them: with bmatcuk/doublestar 1.3. Its patterns are matched one
 * component of a name after another, and braces that contain a slash have traps, which are the same here.
 */

/** Tells whether a pattern matches a text; null: Harbor refuses the pattern, or it is of a form that we do not know. */
export type PatternMatch = (text: string) => boolean | null;

/** More than any pattern has. Each character may take a call. */
const MAX_LENGTH = 4000;

/** Compiles a pattern. Harbor takes the empty one for everything. */
export function compileDoublestar(pattern: string): PatternMatch {
  if (pattern === '') return () => true;
  if (pattern.length > MAX_LENGTH) return () => null;
  const start = graphOf(pattern);
  return (text) => createMatching(text)(start, 0);
}

/** A pattern is a graph: alternatives go on at the same node. */
type Node = Readonly<
  | { id: number; kind: 'end' }
  | { id: number; kind: 'broken' }
  | { id: number; kind: 'slash'; next: Node }
  | { id: number; kind: 'star'; next: Node }
  | { id: number; kind: 'one'; next: Node; accepts: (letter: string) => boolean }
  | {
      id: number;
      kind: 'alternatives';
      next: Node;
      options: readonly Node[];
      /** One of the options has a slash. */
      hasSlash: boolean;
    }
>;

function graphOf(pattern: string): Node {
  let nodes = 0;
  const id = () => nodes++;

  /** The nodes of a text, before those of what follows it. */
  const build = (text: string, after: Node): Node => {
    const parts: ((next: Node) => Node)[] = [];
    const broken = () => parts.push(() => ({ id: id(), kind: 'broken' }));
    const one = (accepts: (letter: string) => boolean) =>
      parts.push((next) => ({ id: id(), kind: 'one', next, accepts }));
    let at = 0;
    while (at < text.length) {
      const letter = text.charAt(at++);
      if (letter === '/') parts.push((next) => ({ id: id(), kind: 'slash', next }));
      else if (letter === '*') parts.push((next) => ({ id: id(), kind: 'star', next }));
      else if (letter === '?') one(() => true);
      else if (letter === '\\') {
        const escaped = text.charAt(at++);
        if (escaped === '') broken();
        else one((other) => other === escaped);
      } else if (letter === '[') {
        const length = unescapedIndex(text.slice(at), ']');
        const accepts = length === -1 ? null : classOf(text.slice(at, at + length));
        at = length === -1 ? text.length : at + length + 1;
        if (accepts === null) broken();
        else one(accepts);
      } else if (letter === '{') {
        const found = alternativesOf(text.slice(at));
        at = found === null ? text.length : at + found.length;
        if (found === null) broken();
        else {
          const hasSlash = found.options.some((option) => unescapedIndex(option, '/') !== -1);
          parts.push((next) => {
            const options = found.options.map((option) => build(option, next));
            return { id: id(), kind: 'alternatives', next, options, hasSlash };
          });
        }
      } else one((other) => other === letter);
    }
    return parts.reduceRight((next, part) => part(next), after);
  };
  return build(pattern, { id: id(), kind: 'end' });
}

/** The first place of a letter that has no backslash before it. */
function unescapedIndex(text: string, letter: string): number {
  let at = text.indexOf(letter);
  while (at > 0 && text[at - 1] === '\\') at = text.indexOf(letter, at + 1);
  return at;
}

/** The options of braces, and the length of the text up to and with the closing brace; null if there is none. */
function alternativesOf(
  text: string,
): { readonly options: readonly string[]; readonly length: number } | null {
  const options: string[] = [];
  let depth = 1;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const letter = text[at];
    if (letter === '\\') at++;
    else if (letter === '{') depth++;
    else if (letter === '}') depth--;
    if ((letter === ',' && depth === 1) || depth === 0) {
      options.push(text.slice(start, at));
      start = at + 1;
    }
    if (depth === 0) return { options, length: start };
  }
  return null;
}

/** The letters of `[…]`; null if Harbor refuses them. */
function classOf(text: string): ((letter: string) => boolean) | null {
  if (text === '') return null;
  const isNegated = text.startsWith('^');
  const ranges: (readonly [string, string])[] = [];
  let at = isNegated ? 1 : 0;
  /** One end of a range. */
  const bound = (): string | null => {
    const letter = text.charAt(at++);
    if (letter === '' || letter === '-') return null;
    return letter === '\\' ? text.charAt(at++) || null : letter;
  };
  while (at < text.length) {
    const low = bound();
    if (low === null) return null;
    const isRange = text[at] === '-';
    if (isRange) at++;
    const high = isRange ? bound() : low;
    if (high === null) return null;
    ranges.push([low, high]);
  }
  return (letter) => ranges.some(([low, high]) => low <= letter && letter <= high) !== isNegated;
}

/** What may follow a component of a text after its slash, or nothing; null: it does not match. */
type Found = readonly Node[] | 'broken' | null;

/** Matches one text. Every node is tried once at every place, because several `*` would backtrack. */
function createMatching(text: string): (start: Node, at: number) => boolean | null {
  let known: Map<number, Found> | null = null; // most texts differ before the first star
  const remembered = (node: Node, at: number, find: () => Found): Found => {
    known ??= new Map();
    const key = node.id * text.length + at;
    const before = known.get(key);
    if (before !== undefined) return before;
    const found = find();
    known.set(key, found);
    return found;
  };

  /** Matches from a place within a component to its end. */
  function component(first: Node, from: number): Found {
    const end = endOf(text, from);
    let node: Node = first;
    for (let at = from; at < end; at++) {
      if (node.kind === 'broken') return 'broken';
      if (node.kind === 'end' || node.kind === 'slash') return null;
      if (node.kind === 'alternatives') {
        const { options } = node;
        return remembered(node, at, () => alternatives(options, at));
      }
      if (node.kind === 'star') {
        const { next } = node;
        return remembered(node, at, () => star(next, { at, end }));
      }
      if (!node.accepts(text.charAt(at))) return null;
      node = node.next;
    }
    const isEmpty = canBeEmpty(node, null);
    if (isEmpty !== true) return isEmpty === null ? 'broken' : null;
    return restAfter(node);
  }

  function alternatives(options: readonly Node[], at: number): Found {
    let all: Set<Node> | null = null;
    for (const option of options) {
      const found = component(option, at);
      if (found === 'broken') return found;
      if (found !== null) all = new Set([...(all ?? []), ...found]);
    }
    return all && [...all];
  }

  function star(next: Node, { at, end }: { readonly at: number; readonly end: number }): Found {
    if (next.kind === 'end' || next.kind === 'slash') return restAfter(next);
    for (let place = at; place < end; place++) {
      const found = component(next, place);
      if (found !== null) return found;
    }
    return null;
  }

  /** Matches from the begin of a component to the end of the text. */
  return function matches(node, at): boolean | null {
    const deep = afterDoublestar(node);
    if (deep?.kind === 'end') return true;
    if (deep?.kind === 'slash') {
      for (let from = at; from < text.length; from = endOf(text, from) + 1) {
        if (matches(deep.next, from) === true) return true;
      }
      return false;
    }
    const found = component(node, at);
    if (found === 'broken') return null;
    const end = endOf(text, at);
    if (found === null || end === text.length) return found?.length === 0;
    for (const next of found) {
      const result = matches(next, end + 1);
      if (result !== false) return result;
    }
    return false;
  };
}

function endOf(text: string, at: number): number {
  const slash = text.indexOf('/', at);
  return slash === -1 ? text.length : slash;
}

/** What follows a component that is `**`; null if it is another. */
function afterDoublestar(node: Node): Node | null {
  return node.kind === 'star' && node.next.kind === 'star' ? node.next.next : null;
}

/** What follows the component after its slash. The component is empty from here on. */
function restAfter(node: Node): readonly Node[] {
  if (node.kind === 'end' || node.kind === 'broken') return [];
  return node.kind === 'slash' ? [node.next] : restAfter(node.next);
}

/** Tells whether the rest of a component, or of an option of it, matches nothing; null: Harbor refuses it. */
function canBeEmpty(node: Node, stop: Node | null): boolean | null {
  if (node === stop || node.kind === 'end' || node.kind === 'slash') return true;
  if (node.kind === 'broken') return null;
  if (node.kind === 'star') {
    const { next } = node;
    const last = next !== stop && next.kind === 'star' ? next.next : next;
    return last === stop || last.kind === 'end' || last.kind === 'slash';
  }
  if (node.kind === 'one') return false;
  if (node.hasSlash) return null;
  const isRestEmpty = canBeEmpty(node.next, stop);
  if (isRestEmpty !== true) return isRestEmpty;
  for (const option of node.options) {
    const isEmpty = canBeEmpty(option, node.next);
    if (isEmpty !== false) return isEmpty;
  }
  return false;
}
