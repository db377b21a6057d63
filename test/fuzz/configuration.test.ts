/** The configuration: the file, the environment, and what other programs are given. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cleanupSettings } from '../../shared/node/cleanup/cleanup-settings.ts';
import { readConfigFile } from '../../shared/node/configuration/config-file.ts';
import { ConfigurationError } from '../../shared/node/configuration/configuration-error.ts';
import { loadConfiguration } from '../../shared/node/configuration/load-configuration.ts';
import { candidatesOf } from '../../shared/node/nodes/dns-resolver.ts';
import { loadTracing } from '../../shared/node/tracing/load-tracing.ts';
import { proxyUrl } from '../../shared/node/upstreams/proxy.ts';
import { plainTracer } from '../../shared/ports/tracing/tracer.ts';
import { renameOldKeys } from '../../shared/values/configuration/aliases.ts';
import {
  configurationKeys,
  parseConfiguration,
} from '../../shared/values/configuration/configuration.ts';
import { unknownKeys } from '../../shared/values/configuration/unknown-keys.ts';
import { testFolder } from '../support/folder.ts';
import { memoryLog } from '../support/log.ts';
import { holds, holdsAsync, unlessRefused } from './fuzz.ts';
import { mutatedJson } from './json-mutations.ts';
import { anyText, mutated } from './texts.ts';

const POLICY = { projects: ['shop', '!shop-*'], tags: ['ci-*'], older_than: '30d' };
const VALUES: Readonly<Record<string, unknown>> = {
  read_token: { ops: 'a-token-of-test' },
  allowed_hosts: ['example.test', '[::1]'],
  harbor_host: 'https://harbor.example.test:8443/base/',
  registry_aliases: ['harbor.example.test:80'],
  crictl_runtime_endpoint: 'unix:///run/containerd/containerd.sock',
  bridge_url: 'https://node-1.example.test:5001',
  bridge_listen: '127.0.0.1:5001',
  nodes: { 'node-1': { bridge_url: 'unix:/run/a.sock', bridge_token: 'node-token-of-test' } },
  nodes_dns: '_bridge._tcp.nodes.example.test',
  invoke_secret: 'whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz',
  notify_url: 'https://chat.example.test/hooks/long-secret-path?a=b',
  function_urls: { drift: 'https://drift.example.test' },
  policies: { weekly: POLICY },
  session_hours: 12,
};
const KEYS = configurationKeys();
const FILE: Record<string, Record<string, unknown>> = {};
for (const { section, key } of KEYS) {
  if (section === '' || VALUES[key] === undefined) continue;
  FILE[section] = { ...FILE[section], [key]: VALUES[key] };
}
const OLD_FILE = {
  app_port: 5000,
  log_file: 'a.log',
  app_config: { host: '::', log_level_app: 'warn' },
  harbor_config: { url: 'harbor.example.test', user: 'a', password: 'b', page_size: 10 },
};
const environment = fc.dictionary(fc.constantFrom(...KEYS.map((key) => key.variable)), anyText, {
  maxKeys: 4,
});
const SECRET = 'long-secret-path';

it('a bad file or environment gives problems of one line each, or a whole configuration', () => {
  holds(fc.tuple(mutatedJson([FILE, OLD_FILE]), environment), ([value, variables]) => {
    // As it is read: with `__proto__` as a member of its own.
    const { file } = renameOldKeys(JSON.parse(JSON.stringify(value)));
    const { configuration, problems } = parseConfiguration({ file, environment: variables });
    expect(configuration === null).toBe(problems.length > 0);
    const lines = [...problems, ...unknownKeys(file, configurationKeys()).map(({ text }) => text)];
    expect(lines.filter((line) => /\p{Cc}/u.test(line))).toEqual([]);
    expect(problems.join()).not.toContain(SECRET);
    expect(Object.getPrototypeOf(configuration?.nodes_config.nodes ?? {})).toBe(Object.prototype);
    expect(configuration?.app_config.read_token.every(({ token }) => token !== '')).not.toBe(false);
  });
});

it('text that is a bad file is refused with a problem that does not quote it', () => {
  const path = join(testFolder(), 'config.json');
  holds(mutated([JSON.stringify(FILE, null, 2)]), (text) => {
    writeFileSync(path, text);
    const problems = problemsOf(() => readConfigFile(path, false));
    expect(problems.filter((line) => /\p{Cc}/u.test(line))).toEqual([]);
    expect(problems.join()).not.toContain(SECRET);
  });
});

it('bad values of the environment stop a start command with problems only', () => {
  const cwd = testFolder();
  const named = fc.tuple(environment, anyText, anyText, anyText);
  holds(named, ([env, url, flag, config]) => {
    problemsOf(() => loadConfiguration({ argv: [], env, cwd }));
    problemsOf(() => loadConfiguration({ argv: ['--config', config], env, cwd }));
    const settings = { CLEANUP_URL: url, CLEANUP_APPLY: flag, CLEANUP_POLICY: flag };
    problemsOf(() => cleanupSettings({ argv: [], env: { ...env, ...settings }, cwd }));
    unlessRefused(() => proxyUrl('HTTPS_PROXY', { HTTPS_PROXY: url }));
    expect(candidatesOf(flag, `search ${url}\noptions ndots:${config}`)).toContain(flag);
  });
});

/** The problems of a configuration; any other error is thrown. */
function problemsOf(load: () => unknown): readonly string[] {
  try {
    load();
    return [];
  } catch (err) {
    if (err instanceof ConfigurationError) return err.problems;
    throw err;
  }
}

const PASSWORD = 'secret-of-the-test';
const WRONG = [`http//user:${PASSWORD}@collector.example`, `ftp://user:${PASSWORD}@collector`];
const NOT_HTTP = fc
  .oneof(anyText, mutated(WRONG))
  .filter((text) => text !== '' && !/^\s*https?:/i.test(text));

it('no text that is not an http or https URL starts an export, and none is logged', async () => {
  await holdsAsync(NOT_HTTP, async (text) => {
    const { logger, lines } = memoryLog();
    const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: text };
    const { tracer, close } = await loadTracing(environment, { service: 'image-api', logger });
    await close();
    expect(tracer).toBe(plainTracer);
    expect(lines).toHaveLength(1);
    expect(JSON.stringify(lines)).not.toContain(PASSWORD);
  });
});
