import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ALL_KEYS, loadBridgeConfiguration } from '../../bridge/bridge-configuration.ts';
import { bridgeSecrets } from '../../shared/adapters/log/bridge-secrets.ts';
import { ConfigurationError } from '../../shared/node/configuration/configuration-error.ts';
import { loadConfiguration } from '../../shared/node/configuration/load-configuration.ts';
import type { CommandLine } from '../../shared/node/configuration/sources.ts';
import { configurationKeys } from '../../shared/values/configuration/configuration.ts';
import { testFolder } from '../support/folder.ts';

interface Given {
  readonly file?: object;
  readonly env?: Readonly<Record<string, string>>;
}

const SECTIONS = ['app_config', 'crictl_config', 'bridge_config'] as const;

function commandLine({ file = {}, env = {} }: Given): CommandLine {
  const cwd = testFolder();
  writeFileSync(join(cwd, 'config.json'), JSON.stringify(file));
  return { argv: [], env, cwd };
}

/** What a loader gives, or why it fails. */
function outcome<Loaded>(load: () => Loaded) {
  try {
    return load();
  } catch (err) {
    if (!(err instanceof ConfigurationError)) throw err;
    return { problems: err.problems, warnings: err.warnings };
  }
}

/** What the service reads of the sections of a bridge. */
function readByService(options: CommandLine) {
  const { configuration, warnings } = loadConfiguration({ ...options, sections: SECTIONS });
  const { app_config, crictl_config, bridge_config } = configuration;
  return { configuration: { app_config, crictl_config, bridge_config }, warnings };
}

it('knows every key of the service', () => {
  const sorted = (keys: typeof ALL_KEYS) =>
    keys.map(({ section, key, variable }) => [section, key, variable].join(' ')).sort();
  expect(sorted(ALL_KEYS)).toEqual(sorted(configurationKeys()));
});

describe('reads what the service reads', () => {
  it.each<[string, Given]>([
    ['without a file', {}],
    [
      'paths and lists',
      {
        file: { app_config: { log_file: 'a/app.log', allowed_hosts: ['A.example'] } },
        env: { BRIDGE_LISTEN: 'unix:bridge.sock', BRIDGE_TLS_CERT: 'c', BRIDGE_TLS_KEY: 'k' },
      },
    ],
    ['old names', { file: { log_file: 'x.log', harbor_config: { url: 'https://harbor' } } }],
    ['a misspelt key', { file: { crictl_config: { crictl_timeout: 1 } } }],
    ['a misspelt section', { file: { node_config: {} } }],
    ['a key of another program at the top', { file: { harbor_host: 'https://harbor' } }],
    ['a section of another program', { file: { harbor_config: { harbor_hosts: 1 } } }],
    ['wrong values', { file: { app_config: { app_port: 0 }, bridge_config: { bridge_token: 1 } } }],
    ['a path that is none', { file: { ignore_file_path: 3 } }],
    ['half a pair', { env: { BRIDGE_TLS_CERT: 'c' } }],
    ['a bridge in plain text elsewhere', { env: { BRIDGE_URL: 'http://node:5001' } }],
    ['a socket with a long path', { env: { BRIDGE_LISTEN: `unix:/${'x'.repeat(110)}` } }],
    ['a secret that cannot be read', { env: { BRIDGE_TOKEN_FILE: '/missing' } }],
  ])('%s', (_, given) => {
    const options = commandLine(given);
    expect(outcome(() => loadBridgeConfiguration(options))).toEqual(
      outcome(() => readByService(options)),
    );
  });
});

it('opens no secret of another program', () => {
  const options = commandLine({ env: { HARBOR_PASSWORD_FILE: '/missing' } });
  expect(() => loadBridgeConfiguration(options)).not.toThrow();
});

it('names each of its secrets', () => {
  const env = {
    BRIDGE_TOKEN: 'bridge-token-of-test',
    READ_TOKEN: 'read-token-of-test',
    WRITE_TOKEN: 'write-token-of-test',
  };
  const { configuration } = loadBridgeConfiguration(commandLine({ env }));
  expect([...bridgeSecrets(configuration)].sort()).toEqual(Object.values(env));
});
