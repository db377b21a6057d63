/** A bridge over TLS. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../real/free-port.ts';
import { makeAuthority } from '../shared/node/upstreams/certificates.ts';
import { startBridge } from './bridge.ts';

/** Starts a bridge whose certificate is from an unknown authority. */
export async function startTlsBridge(
  bridge_token: string,
  {
    host = '127.0.0.1',
    names = 'IP:127.0.0.1',
    /** Negative: it has expired. */
    days = 1,
  } = {},
) {
  const { caFile, folder, sign } = makeAuthority();
  const { cert, key } = sign(names, days);
  const [bridge_tls_cert, bridge_tls_key] = [
    join(folder, 'bridge.pem'),
    join(folder, 'bridge.key'),
  ];
  await writeFile(bridge_tls_cert, cert);
  await writeFile(bridge_tls_key, key);
  const port = await freePort();
  const bridge_listen = `${host}:${port}`;
  await startBridge({
    bridge_config: { bridge_listen, bridge_token, bridge_tls_cert, bridge_tls_key },
  });
  return { port, bridge_ca_file: caFile };
}
