/** The runtime that runs the pods of this host, as the kubelet's files name it. */
import { type Host, readText } from './host.ts';

/** Kubelet's command line overrides its configuration file. */
const FLAG = /--container-runtime-endpoint[= ]["']?([^\s"']+)/;
// `\s*` at the beginning would be slow: with many empty lines, each would be tried to the last.
const SETTING = /^[\t ]*"?containerRuntimeEndpoint"?\s*:\s*["']?([^\s"',#]+)/m;

/** The path of the socket; null when the files are missing, unreadable or name none. */
export function kubeletSocket({ kubeletFiles }: Host): string | null {
  const flags = readText(kubeletFiles.flags) ?? '';
  const configuration = readText(kubeletFiles.configuration) ?? '';
  const endpoint = FLAG.exec(flags)?.[1] ?? SETTING.exec(configuration)?.[1] ?? '';
  const path = endpoint.replace(/^unix:(?:\/\/)?(?=\/)/, '');
  return path.startsWith('/') ? path : null;
}
