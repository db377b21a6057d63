/** The output of `npm run demo`: the address of the pages, and commands to try. */

/** The `write_token` of config.json. */
const WRITE_TOKEN = 'demo-write-token';
const FRONTEND = 'platform/apps/web/frontend/stable';

/** Headings, each with its commands below. @param host an IPv6 address has no brackets */
export function demoCommands({ host, port }: { readonly host: string; readonly port: number }) {
  const base = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const get = (path: string) => `  curl '${base}${path}'`;
  const planned = `-H 'Authorization: Bearer ${WRITE_TOKEN}' -H 'Content-Type: application/json' -d '{"policy":"nightly"}'`;
  return [
    'Open this in a browser. To delete, log in with the token:',
    `  ${base}/ui`,
    `  token: ${WRITE_TOKEN}`,
    'Or use curl. The images of this host, the nodes, and what differs between them:',
    get('/local-images'),
    get('/nodes'),
    get('/compare'),
    'Who uses an artifact, and which running images can no longer be pulled:',
    get(`/usage/${FRONTEND}`),
    get('/drift?status=gone&running=true'),
    'What a delete would do, and what was deleted before:',
    get(`/harbor/artifacts/${FRONTEND}/deletion-plan`),
    get('/journal'),
    'node-3 is down. Start it, list what no node uses, and plan a cleanup:',
    `  curl -X POST ${base}/demo/node-3/start`,
    get('/harbor/unused'),
    `  curl ${planned} ${base}/harbor/cleanup`,
    '',
    'Stop with Ctrl-C.',
    '',
  ].join('\n');
}
