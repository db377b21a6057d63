/** The kubelet of this host: whether there is one, and the runtime that its files name. */
import { type Host, mayExist, readText } from './host.ts';

/** Kubelet's command line overrides its configuration file. */
const FLAG = /--container-runtime-endpoint[= ]["']?([^\s"']+)/;
// `\s*` at the beginning would be slow: with many empty lines, each would be tried to the last.
const SETTING = /^[\t ]*"?containerRuntimeEndpoint"?\s*:\s*["']?([^\s"',#]+)/m;

/** True unless the kubelet certainly has no configuration on this host. */
export function hasKubelet({ kubeletFiles }: Host): boolean {
  return Object.values(kubeletFiles).some(mayExist);
}

/** The path of the socket; null when the files are missing, unreadable or name none. */
export function kubeletSocket({ kubeletFiles }: Host): string | null {
  const flags = readText(kubeletFiles.flags) ?? '';
  const configuration = readText(kubeletFiles.configuration) ?? '';
  const endpoint = FLAG.exec(flags)?.[1] ?? SETTING.exec(configuration)?.[1] ?? '';
  const path = endpoint.replace(/^unix:(?:\/\/)?(?=\/)/, '');
  return path.startsWith('/') ? path : null;
}
