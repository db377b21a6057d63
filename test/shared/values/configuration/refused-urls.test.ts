import { expect, it } from 'vitest';
import { cleanupSettings } from '../../../../shared/node/cleanup/cleanup-settings.ts';
import { parseConfiguration } from '../../../../shared/values/configuration/configuration.ts';
import { testFolder } from '../../../support/folder.ts';

/** Each sets one URL of the configuration. */
const SETTINGS: Readonly<Record<string, (url: string) => object>> = {
  harbor_host: (harbor_host) => ({ harbor_config: { harbor_host } }),
  public_url: (public_url) => ({ app_config: { public_url } }),
  bridge_url: (bridge_url) => ({ bridge_config: { bridge_url } }),
  nodes: (bridge_url) => ({ nodes_config: { nodes: { 'node-1': { bridge_url } } } }),
  nodes_dns: (nodes_dns) => ({ nodes_config: { nodes_dns } }),
  notify_url: (notify_url) => ({ webhook_config: { notify_url } }),
  function_urls: (drift) => ({ router_config: { function_urls: { drift } } }),
};

const REFUSED: readonly string[] = [
  'https://user:password@example.test',
  'https://user@example.test',
  'https://:password@example.test',
  'https://example.test@other.example.test',
  'https://example.test%2f@other.example.test',
  'ftp://example.test',
  'file:///etc/passwd',
  'file:/etc/passwd',
  'gopher://example.test',
  'ws://example.test',
  'javascript:alert(1)',
  'data:,a',
  '//example.test',
  'http:/example.test',
  'https:example.test',
  'https:\\\\example.test',
  'https://',
  'https://?a',
  'https://example.test#a',
  'https://example.test:99999',
  'https://example.test:-1',
  'https://example.test:a',
  'https://[fe80::1%eth0]',
  'https://[fe80::1%25eth0]:8443',
  'https://[::1',
  'https://exa mple.test',
  'https://example\n.test',
  'https://example.test\r\nHost: other.example.test',
  'https://example.test\u0000',
  'https://exam\u0009ple.test',
  'https://%00.test',
  'https://1.2.3.4.5',
];

it.each(REFUSED)('no URL of the configuration may be %j', (url) => {
  const accepted = Object.entries(SETTINGS).filter(
    ([, file]) => parseConfiguration({ file: file(url), environment: {} }).problems.length === 0,
  );
  expect(accepted.map(([name]) => name)).toEqual([]);
});

it.each(REFUSED)('the program of the cleanup does not call %j', (url) => {
  const env = { CLEANUP_POLICY: 'a', CLEANUP_URL: url };
  expect(() => cleanupSettings({ argv: [], env, cwd: testFolder() })).toThrow('CLEANUP_URL');
});

it.each([
  'http://example.test',
  'http://127.0.0.1.example.test',
  'http://localhost.example.test',
  'http://10.0.0.1:8080',
  'http://[::ffff:10.0.0.1]',
  'http://169.254.169.254/latest/meta-data',
])('no token is sent to %j in plain text', (url) => {
  const secret = ['bridge_url', 'nodes', 'function_urls'].map((name) => SETTINGS[name]?.(url));
  const problems = secret.map((file) => parseConfiguration({ file, environment: {} }).problems);
  expect(problems.map(({ length }) => length)).toEqual([1, 1, 1]);
});
