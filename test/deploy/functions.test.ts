import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  configurationKeys,
  FUNCTION_NAMES,
} from '../../shared/values/configuration/configuration.ts';

const read = (name: string) =>
  readFileSync(new URL(`../../deploy/${name}`, import.meta.url), 'utf8');
/** JSON with comments on lines of their own. */
const readJsonc = (name: string) => JSON.parse(read(name).replace(/^\s*\/\/.*$/gm, ''));

const VARIABLES = configurationKeys().map(({ variable }) => variable);
const DEPLOYED = ['router', ...FUNCTION_NAMES];

describe('deploy/workerd/image-api.capnp', () => {
  const text = read('workerd/image-api.capnp');

  it('binds every configuration key, and the ignore list, from the environment', () => {
    const bound = [...text.matchAll(/\(name = "(\w+)", fromEnvironment = "(\w+)"\)/g)];
    expect(bound.map(([, name]) => name)).toEqual([...VARIABLES, 'IGNORE_LIST']);
    expect(bound.map(([, , variable]) => variable)).toEqual([...VARIABLES, 'IGNORE_LIST']);
  });

  it('has a constant for the router and for each function', () => {
    const embedded = [...text.matchAll(/embed "\.\.\/\.\.\/dist\/functions\/([\w-]+)\.js"/g)];
    expect(embedded.map(([, name]) => name)).toEqual(DEPLOYED);
    const constants = [...text.matchAll(/const (\w+) :Workerd\.Config/g)].map(([, name]) => name);
    const camel = (name: string) => name.replace(/-(.)/g, (_, c: string) => c.toUpperCase());
    expect(constants).toEqual(['config', ...FUNCTION_NAMES.map(camel)]);
  });
});

describe('deploy/cloudflare/wrangler.jsonc', () => {
  const wrangler = readJsonc('cloudflare/wrangler.jsonc');

  it('sets nothing but variables of the configuration, and no secret', () => {
    expect(Object.keys(wrangler.vars).filter((key) => !VARIABLES.includes(key))).toEqual([]);
    expect(JSON.stringify(wrangler.vars)).not.toMatch(/PASSWORD|TOKEN|SECRET/);
  });

  it('opens reads to nobody, and says which secret they need', () => {
    expect(wrangler.vars.PUBLIC_READS).toBe('false');
    expect(read('cloudflare/wrangler.jsonc')).toContain('wrangler secret put READ_TOKEN');
  });

  it('has the compatibility date of the workerd that the tests run on, and no flags', () => {
    const [, date] = /const date :Text = "([\d-]+)"/.exec(read('workerd/image-api.capnp')) ?? [];
    expect(wrangler.compatibility_date).toBe(date);
    expect(wrangler).not.toHaveProperty('compatibility_flags');
  });
});

describe('deploy/lambda/template.json', () => {
  const { Resources, Parameters } = JSON.parse(read('lambda/template.json'));
  const { Properties } = Resources.ImageApi;

  it('sets nothing but variables of the configuration', () => {
    const { NODE_OPTIONS: _, ...variables } = Properties.Environment.Variables;
    expect(Object.keys(variables).filter((key) => !VARIABLES.includes(key))).toEqual([]);
  });

  it('opens reads to nobody, and sets the token that they need', () => {
    const { PUBLIC_READS, READ_TOKEN } = Properties.Environment.Variables;
    expect([PUBLIC_READS, READ_TOKEN]).toEqual(['false', expect.anything()]);
  });

  it('takes each secret from Secrets Manager by the name of its key', () => {
    const secrets = Object.entries<{ 'Fn::Sub'?: string }>(Properties.Environment.Variables)
      .filter(([key]) => /PASSWORD|TOKEN|SECRET/.test(key))
      .map(([key, value]) => [key.toLowerCase(), value['Fn::Sub']]);
    expect(secrets.length).toBeGreaterThan(0);
    expect(secrets).toEqual(
      secrets.map(([key]) => [key, `{{resolve:secretsmanager:\${Secrets}:SecretString:${key}}}`]),
    );
  });

  it('runs a handler of dist/lambda/, by default the router, on events of format 2.0', () => {
    expect(Parameters.Function.Default).toBe('router');
    expect(Properties.Handler).toEqual({ 'Fn::Sub': `\${Function}.handler` });
    expect(Properties.CodeUri).toBe('../../dist/lambda/');
    expect(Properties.Events.Any.Properties.PayloadFormatVersion).toBe('2.0');
  });

  it('refers only to parts that it has', () => {
    const text = read('lambda/template.json');
    const references = [...text.matchAll(/"Ref": "(\w+)"|\$\{(\w+)\}/g)].map(
      ([, one, other]) => one ?? other ?? '',
    );
    const known = [...Object.keys(Parameters), 'ServerlessHttpApi'];
    expect(references.filter((name) => !known.includes(name))).toEqual([]);
  });
});
