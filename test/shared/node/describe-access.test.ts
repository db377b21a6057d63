import { expect, it } from 'vitest';
import { describeAccess } from '../../../shared/node/describe-access.ts';
import { configurationOf } from '../../support/configuration.ts';

const ANYONE = 'anyone who reaches the service can read (read_token limits it)';
const SECRET = btoa('24 bytes for the secret!');

it.each([
  [{}, `${ANYONE}; nobody can delete (write_token or local_socket allows it)`],
  [
    { app_config: { local_socket: '/run/local.sock' } },
    `${ANYONE}; these can delete: root and the service's user over /run/local.sock`,
  ],
  [
    { app_config: { read_token: 'abcdefgh', write_token: 'ijklmnop' } },
    'reading needs a token; these can delete: holders of a write_token',
  ],
  [
    { app_config: { public_reads: false } },
    'reading is refused (public_reads is false and no read_token is set); nobody can delete (write_token or local_socket allows it)',
  ],
  [
    { webhook_config: { invoke_secret: SECRET } },
    `${ANYONE}; these can delete: holders of an invoke_secret`,
  ],
])('who can read and who can delete with %j', (file, sentence) => {
  expect(describeAccess(configurationOf(file))).toBe(sentence);
});
