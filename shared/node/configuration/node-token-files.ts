/** The files with tokens of nodes (`nodes_config.nodes.NAME.bridge_token_file`). */
import { readFileSync } from 'node:fs';
import type { Configuration } from '../../values/configuration/configuration.ts';
import { A_TOKEN, TOKEN } from '../../values/configuration/values.ts';
import { codeOf } from '../system/error-code.ts';

/** Reads the files, which have absolute paths, without one trailing newline. */
export function readNodeTokens(configuration: Configuration): {
  readonly configuration: Configuration;
  readonly problems: readonly string[];
} {
  const problems: string[] = [];
  const nodes = Object.entries(configuration.nodes_config.nodes).map(([name, node]) => {
    const { bridge_token_file: path } = node;
    if (path === null) return [name, node] as const;
    const read = readToken(path);
    if ('problem' in read) {
      problems.push(`nodes_config.nodes.${name}.bridge_token_file: ${read.problem}`);
      return [name, node] as const;
    }
    return [name, { ...node, bridge_token: read.token }] as const;
  });
  const nodes_config = { ...configuration.nodes_config, nodes: Object.fromEntries(nodes) };
  return { configuration: { ...configuration, nodes_config }, problems };
}

function readToken(path: string): { readonly token: string } | { readonly problem: string } {
  try {
    const token = readFileSync(path, 'utf8').replace(/\r?\n$/, '');
    return TOKEN.test(token) ? { token } : { problem: `expected ${path} to contain ${A_TOKEN}` };
  } catch (err) {
    return { problem: `${path} cannot be read (${codeOf(err) ?? String(err)})` };
  }
}
