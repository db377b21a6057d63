import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { createHarborStandIn } from '../demo/harbor/stand-in.ts';
import { DEMO_ACCOUNT, demoRegistry } from '../demo/registry.ts';
import { FUNCTIONS } from '../functions/router.ts';
import { configurationKeys, parseConfiguration } from '../shared/configuration/configuration.ts';
import { PROBLEMS } from '../shared/problem.ts';
import { routesOf } from '../shared/routes.ts';
import { startService } from './support/service.ts';

const root = new URL('../', import.meta.url);
const readme = readFileSync(new URL('README.md', root), 'utf8');

/** The cells of each row of the table under `header`, backquotes taken off. */
function table(header: string): string[][] {
  const [, after = ''] = readme.split(`\n${header}\n`);
  const [, ...rows] = (after.split('\n\n')[0] ?? '').trimEnd().split('\n');
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replace(/^`|`$/g, '')),
  );
}

describe('README', () => {
  it('has a row for each endpoint of the route table', () => {
    const rows = table('| method | path | answers |').map(([method, path]) => `${method} ${path}`);
    expect(rows.toSorted()).toEqual(
      Object.values(FUNCTIONS)
        .flatMap(routesOf)
        .map(({ method, template: path }) => `${method} ${path}`)
        .toSorted(),
    );
  });

  it('has a row for each configuration key, in their order', () => {
    const rows = table('| section | key | default | what |').map(
      ([section, key]) => `${section}.${key}`,
    );
    expect(rows).toEqual(configurationKeys().map(({ section, key }) => `${section ?? ''}.${key}`));
  });

  it('tells the defaults of the schema', () => {
    const { configuration } = parseConfiguration({ environment: {} });
    const told = table('| section | key | default | what |').filter(([, , value]) =>
      /^["\d]|^(true|false)$/.test(value ?? ''),
    );
    const actual = told.map(([section = '', key = '']) => {
      const keys: unknown =
        section === '' ? configuration : Reflect.get({ ...configuration }, section);
      const value: unknown = Reflect.get(Object(keys), key);
      return typeof value === 'object'
        ? '"unix:/run/image-api/bridge.sock"'
        : JSON.stringify(value);
    });
    expect(told.map(([, , value]) => value)).toEqual(actual);
    expect(told.length).toBeGreaterThan(20);
  });

  it('has a row for each problem code with its status', () => {
    const rows = table('| code | status | mend |').map(([code, status]) => `${code} ${status}`);
    expect(rows).toEqual(Object.entries(PROBLEMS).map(([code, [status]]) => `${code} ${status}`));
  });

  it('names only npm scripts that exist', () => {
    const { scripts } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as {
      scripts: object;
    };
    const named = [...readme.matchAll(/npm run (?:--silent )?([\w:]+)/g)].map(([, name]) => name);
    expect(named.filter((name) => !(String(name) in scripts))).toEqual([]);
  });

  describe('examples', () => {
    const block = /```console\n(.*?)```/s.exec(readme)?.[1] ?? '';
    const examples = block
      .split(/^\$ /m)
      .slice(1)
      .map((text) => {
        const end = text.indexOf('\n');
        return [text.slice(0, end), text.slice(end + 1)] as const;
      });
    const answers = new Map<string, string>();

    beforeAll(() => expect(examples.length).toBeGreaterThan(8));

    it('print what the demo answers', async () => {
      const harbor = await createHarborStandIn({ registry: demoRegistry() }).listen();
      const { url, get } = await startService({
        config: {
          ignore_file_path: fileURLToPath(new URL('demo/images_to_ignore.txt', root)),
          harbor_config: {
            harbor_host: harbor.url,
            harbor_username: DEMO_ACCOUNT.name,
            harbor_password: DEMO_ACCOUNT.password,
          },
          crictl_config: { crictl_path: fileURLToPath(new URL('demo/crictl', root)) },
        },
      });
      await expect.poll(async () => (await get('/readyz')).status).toBe(200);
      for (const [command] of examples) {
        const script = `${command.replace(/^curl/, 'curl -s').replace('http://127.0.0.1:5000', url)}`;
        const { stdout } = await promisify(execFile)('sh', ['-c', script]);
        answers.set(command, stdout);
      }
      await harbor.close();
      expect([...answers]).toEqual(examples);
    });
  });
});
