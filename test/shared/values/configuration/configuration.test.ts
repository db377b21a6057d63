import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  type Configuration,
  configurationKeys,
  FUNCTION_NAMES,
  parseConfiguration,
  SECRET_KEYS,
  variableOf,
} from '../../../../shared/values/configuration/configuration.ts';
import { unknownKeys } from '../../../../shared/values/configuration/unknown-keys.ts';

const WEBHOOK_SECRET = `whsec_${btoa('24 bytes for the secret!')}`;

/** The parsed configuration of a file that must be valid. */
function parsed(file: unknown, environment: Record<string, unknown> = {}): Configuration {
  const { configuration, problems } = parseConfiguration({ file, environment });
  if (configuration === null) throw new Error(problems.join('\n'));
  return configuration;
}

const problemsOf = (file: unknown, environment: Record<string, unknown> = {}) =>
  parseConfiguration({ file, environment }).problems;

describe('defaults', () => {
  it('are those of the shipped config.json, without a configured Harbor', () => {
    const file: unknown = JSON.parse(readFileSync('config.json', 'utf8'));
    const { harbor_config, ...rest } = parsed(file);
    const { harbor_config: _, ...defaults } = parsed({});

    expect(rest).toEqual(defaults);
    expect(harbor_config.harbor_host).toBeNull();
    expect(unknownKeys(file, configurationKeys())).toEqual([]);
  });

  it('have an environment variable each, which is that of no other key', () => {
    const variables = configurationKeys().map(({ variable }) => variable);

    expect(new Set(variables).size).toBe(variables.length);
  });

  it.each([
    ['', 'ignore_file_path', 'IGNORE_FILE_PATH'],
    ['harbor_config', 'harbor_host', 'HARBOR_HOST'],
    ['ui_config', 'enabled', 'UI_ENABLED'],
    ['ui_config', 'session_key', 'SESSION_KEY'],
  ])('%s.%s has the variable %s', (section, key, variable) => {
    expect(variableOf(section === '' ? key : `${section}.${key}`)).toBe(variable);
    expect(configurationKeys()).toContainEqual({ section, key, variable });
  });

  it('include all secret keys, each in one section', () => {
    const secrets = configurationKeys().filter(({ key }) => SECRET_KEYS.has(key));

    expect(secrets.map(({ key }) => key).toSorted()).toEqual([...SECRET_KEYS].toSorted());
  });
});

describe('a problem', () => {
  it.each([
    ['app_config', { app_port: 'abc' }, 'app_port: expected an integer from 1 to 65535, got "abc"'],
    ['app_config', { app_port: 70000 }, 'app_port: expected an integer from 1 to 65535, got 70000'],
    ['app_config', { app_port: 1.5 }, 'app_port: expected an integer from 1 to 65535, got 1.5'],
    ['app_config', { app_port: null }, 'app_port: expected an integer from 1 to 65535, got null'],
    ['app_config', { app_debug: 'true' }, 'app_debug: expected true or false, got "true"'],
    [
      'app_config',
      { log_level: ['INFO'] },
      'log_level: expected DEBUG, INFO, WARNING, ERROR, CRITICAL, got an array',
    ],
    [
      'bridge_config',
      { bridge_listen: ['127.0.0.1:80'] },
      'bridge_listen: expected unix:PATH or HOST:PORT, got an array',
    ],
    [
      'bridge_config',
      { bridge_url: ['unix:/run/x.sock'] },
      'bridge_url: expected unix:PATH or an http(s) URL without user info, query and fragment, got an array',
    ],
    [
      'harbor_config',
      { harbor_host: [] },
      'harbor_host: expected a host, host:port or http(s) URL without user info, query and fragment, got an array',
    ],
    [
      'app_config',
      { log_file: ['a'] },
      'log_file: expected a path, or "" for stderr only, got an array',
    ],
    [
      'app_config',
      { log_level: 'LOUD' },
      'log_level: expected DEBUG, INFO, WARNING, ERROR, CRITICAL, got "LOUD"',
    ],
    [
      'crictl_config',
      { crictl_sudo: 'maybe' },
      'crictl_sudo: expected true, false or auto, got "maybe"',
    ],
    [
      'crictl_config',
      { crictl_path: 'crictl' },
      'crictl_path: expected an absolute path, got "crictl"',
    ],
    ['delete_config', { delete_guard: 'no' }, 'delete_guard: expected on, off or auto, got "no"'],
    [
      'bridge_config',
      { bridge_listen: 'host' },
      'bridge_listen: expected unix:PATH or HOST:PORT, got "host"',
    ],
    [
      'router_config',
      { function_urls: { 'local-imags': 'https://a' } },
      `function_urls.local-imags: unknown function; expected one of ${FUNCTION_NAMES.join(', ')}`,
    ],
    [
      'router_config',
      { function_urls: { images: 'http://a.example' } },
      'function_urls.images: expected an https URL (http only to loopback) without user info, query and fragment',
    ],
    [
      'bridge_config',
      { bridge_tls_cert: 'cert.pem' },
      'bridge_tls_key: expected a path, because bridge_tls_cert is set',
    ],
  ])('in %s %j is one line', (section, settings, line) => {
    expect(problemsOf({ [section]: settings })).toEqual([`${section}.${line}`]);
  });

  it('needs session_key if the function of the pages is deployed elsewhere', () => {
    const router_config = { function_urls: { ui: 'https://pages.example' } };
    const ui_config = { session_key: 'k'.repeat(32) };
    expect(problemsOf({ router_config })).toEqual([
      'ui_config.session_key: expected the key of the function ui, because function_urls has its URL',
    ]);
    expect(problemsOf({ router_config, ui_config })).toEqual([]);
  });

  it('prints a URL with line feeds as one line, without its user info', () => {
    const problems = problemsOf({ bridge_config: { bridge_url: 'ftp://user:pa\nss@host:1\n/x' } });
    expect(problems).toEqual([
      'bridge_config.bridge_url: expected unix:PATH or an http(s) URL without user info, query and fragment, got "ftp://host:1\\n"',
    ]);
  });

  it.each([
    ['h/../x?y=hunter2', '"h"'],
    ['h:8443#hunter2', '"h:8443"'],
  ])('quotes of the host %s without a scheme only %s', (harbor_host, quoted) => {
    const [problem] = problemsOf({ harbor_config: { harbor_host } });

    expect(problem).toMatch(new RegExp(`, got ${quoted}$`));
  });

  it('quotes no secret, and no more of a URL than scheme, host and port', () => {
    const file = {
      app_config: { read_token: 'hunter2 hunter2', write_token: { a: 7, b: 'hunter2 x' } },
      harbor_config: {
        harbor_username: 'demo:hunter2',
        harbor_password: ['hunter2'],
        harbor_host: 'https://me:hunt/er2@h:8443/x?y',
      },
      bridge_config: { bridge_url: 'ftp://hunter2@b/', bridge_listen: 'me:hunter2@x' },
      webhook_config: { notify_url: 'gopher://hunter2', invoke_secret: 'hunter2!' },
      router_config: { function_urls: { images: 'https://me:hunter2@f' } },
    };
    const problems = problemsOf(file);

    expect(problems).toHaveLength(10);
    expect(problems.join()).not.toMatch(/hunt|er2/);
    expect(problems.join('\n')).toContain('got "https://h:8443"');
    expect(problems).toContain(
      'harbor_config.harbor_username: expected a user name without a colon',
    );
  });

  it('gives no configuration, because defaults in place of wrong values could give too many rights', () => {
    const { configuration } = parseConfiguration({
      file: { app_config: { read_token: '', app_port: 'x' } },
      environment: {},
    });

    expect(configuration).toBeNull();
  });

  it.each([
    [[], ['config.json: expected an object, got an array']],
    [null, ['config.json: expected an object, got null']],
    [{ app_config: 'x' }, ['app_config: expected an object, got "x"']],
  ])('of a file that is %j', (file, lines) => {
    expect(problemsOf(file)).toEqual(lines);
  });

  it.each(['', {}, { ci: '' }, 'with space and more', 'fifteen-letters', 'umläut-umläut-umläut'])(
    'of the token %j',
    (write_token) => {
      expect(problemsOf({ app_config: { write_token } })).toHaveLength(1);
    },
  );
});

describe('harbor_host', () => {
  it.each([
    ['harbor.example.org', 'https://harbor.example.org'],
    ['harbor.example.org:8443', 'https://harbor.example.org:8443'],
    ['http://harbor.example.org', 'http://harbor.example.org'],
    ['https://h.example/registry/', 'https://h.example/registry'],
    ['h.example/api/v2.0/', 'https://h.example'],
    ['https://h.example/sub/api/v2.0', 'https://h.example/sub'],
    [' H.example// ', 'https://h.example'],
    ['[::1]:8443', 'https://[::1]:8443'],
    ['', null],
    ['your-harbor-instance.com', null],
    ['https://your-harbor-instance.com/', null],
  ])('%j is %s', (harbor_host, url) => {
    expect(parsed({ harbor_config: { harbor_host } }).harbor_config.harbor_host).toBe(url);
  });

  it.each(['https://u:p@h', 'u@h', 'ftp://h', 'https://h/?a', 'h#f', 'http:h', 'a b', 5])(
    '%j is refused',
    (harbor_host) => {
      expect(problemsOf({ harbor_config: { harbor_host } })).toHaveLength(1);
    },
  );
});

describe('values', () => {
  it.each([
    ['debug', 'DEBUG'],
    ['Warn', 'WARNING'],
    ['FATAL', 'CRITICAL'],
    ['error', 'ERROR'],
  ])('log level %s is %s', (log_level, level) => {
    expect(parsed({ app_config: { log_level } }).app_config.log_level).toBe(level);
  });

  it('tokens are a string, named by the key, or an object of names', () => {
    const { app_config } = parsed({
      app_config: {
        read_token: 'token-r-of-the-test',
        write_token: { ci: 'a'.repeat(16), ann: 'b'.repeat(16) },
      },
    });

    expect(app_config.read_token).toEqual([{ name: 'read_token', token: 'token-r-of-the-test' }]);
    expect(app_config.write_token).toEqual([
      { name: 'ci', token: 'a'.repeat(16) },
      { name: 'ann', token: 'b'.repeat(16) },
    ]);
  });

  it.each([
    ['unix:/run/b.sock', { kind: 'unix', path: '/run/b.sock' }],
    ['unix:///run/b.sock', { kind: 'unix', path: '/run/b.sock' }],
    ['unix:b.sock', { kind: 'unix', path: 'b.sock' }],
    ['127.0.0.1:5001', { kind: 'tcp', host: '127.0.0.1', port: 5001 }],
    ['[::1]:5001', { kind: 'tcp', host: '::1', port: 5001 }],
  ])('bridge_listen %s', (bridge_listen, address) => {
    expect(parsed({ bridge_config: { bridge_listen } }).bridge_config.bridge_listen).toEqual(
      address,
    );
  });

  it.each([
    ['unix:/run/b.sock', { kind: 'unix', path: '/run/b.sock' }],
    ['https://b.example:1/x/', { kind: 'url', url: 'https://b.example:1/x' }],
  ])('bridge_url %s', (bridge_url, url) => {
    expect(parsed({ bridge_config: { bridge_url } }).bridge_config.bridge_url).toEqual(url);
  });

  it('bridge_url may be http only to loopback, except with bridge_allow_plaintext', () => {
    const bridge_url = 'http://b.example:5001';

    expect(problemsOf({ bridge_config: { bridge_url } })).toEqual([
      'bridge_config.bridge_url: expected https, or http to loopback (to allow http elsewhere, set bridge_allow_plaintext)',
    ]);
    expect(problemsOf({ bridge_config: { bridge_url: 'http://127.0.0.1:5001' } })).toEqual([]);
    expect(problemsOf({ bridge_config: { bridge_url, bridge_allow_plaintext: true } })).toEqual([]);
  });

  it('allowed_hosts are lower-case, without brackets and ports', () => {
    const allowed_hosts = ['Node1.Example', '[::1]', '10.0.0.1'];

    expect(parsed({ app_config: { allowed_hosts } }).app_config.allowed_hosts).toEqual([
      'node1.example',
      '::1',
      '10.0.0.1',
    ]);
    expect(problemsOf({ app_config: { allowed_hosts: ['a:80'] } })).toHaveLength(1);
  });

  it.each([
    WEBHOOK_SECRET,
    WEBHOOK_SECRET.replace('whsec_', ''),
    btoa('x'.repeat(25)),
    btoa('x'.repeat(26)),
    btoa('x'.repeat(64)),
    btoa('x'.repeat(25)).replace(/=+$/, ''),
  ])('webhooks are signed with %s', (secret) => {
    const webhook_config = { invoke_secret: [secret], notify_secret: secret };

    expect(parsed({ webhook_config }).webhook_config).toMatchObject(webhook_config);
  });

  it.each([
    ['too short', btoa('x'.repeat(23))],
    ['empty but for its prefix', 'whsec_'],
    ['no base64, by its length', `${WEBHOOK_SECRET}A`],
    ['no base64, by its padding', `${WEBHOOK_SECRET}=`],
    ['no base64, by its alphabet', WEBHOOK_SECRET.replace(/.$/, '-')],
    ['followed by a line', `${WEBHOOK_SECRET}\n`],
  ])('webhooks are signed with no secret that is %s', (_, secret) => {
    const webhook_config = { invoke_secret: [WEBHOOK_SECRET, secret], notify_secret: secret };

    expect(problemsOf({ webhook_config })).toEqual([
      'webhook_config.invoke_secret: expected base64 of 24 bytes or more (openssl rand -base64 32), or an array of them',
      'webhook_config.notify_secret: expected base64 of 24 bytes or more (openssl rand -base64 32)',
    ]);
  });

  it('function_urls may be http only to loopback', () => {
    const function_urls = { images: 'https://f.example/', health: 'http://127.0.0.1:81/h/' };

    expect(parsed({ router_config: { function_urls } }).router_config.function_urls).toEqual({
      images: 'https://f.example',
      health: 'http://127.0.0.1:81/h',
    });
  });
});

describe('public_reads', () => {
  it.each([
    [{}, {}, null],
    [{ public_reads: null }, {}, null],
    [{ public_reads: true }, {}, true],
    [{ public_reads: true }, { PUBLIC_READS: 'no' }, false],
  ])('in %j with %j is %s', (app_config, environment, value) => {
    expect(parsed({ app_config }, environment).app_config.public_reads).toBe(value);
  });

  it('is a flag or null', () => {
    expect(problemsOf({ app_config: { public_reads: 'maybe' } })).toEqual([
      'app_config.public_reads: expected true or false, got "maybe"',
    ]);
  });
});

describe('public_url', () => {
  it.each([
    ['', null],
    ['https://images.example/', 'https://images.example'],
    ['http://images.example:8080/api', 'http://images.example:8080/api'],
  ])('%j is %s', (public_url, url) => {
    expect(parsed({ app_config: { public_url } }).app_config.public_url).toBe(url);
  });

  it.each(['images.example', 'ftp://a', 'https://u:p@a', 'https://a/?b', 'https://a#b'])(
    '%j is refused',
    (public_url) => {
      expect(problemsOf({ app_config: { public_url } })).toHaveLength(1);
    },
  );
});

describe('the environment', () => {
  it('wins over the file, with one variable per key', () => {
    const { app_config, harbor_config, crictl_config, router_config, webhook_config } = parsed(
      { app_config: { app_port: 1, log_level: 'ERROR' }, harbor_config: { verify_ssl: true } },
      {
        APP_PORT: '8080',
        LOG_FILE: '',
        VERIFY_SSL: 'False',
        CRICTL_SUDO: 'true',
        ALLOWED_HOSTS: 'a.example, b.example',
        REGISTRY_ALIASES: '["r.example:5000"]',
        WRITE_TOKEN: '{"ci":"abcdefghijklmnop"}',
        READ_TOKEN: 'defghijklmnopqrs',
        INVOKE_SECRET: `${WEBHOOK_SECRET} ${WEBHOOK_SECRET}`,
        FUNCTION_URLS: '{"images":"https://f.example"}',
      },
    );

    expect(app_config).toMatchObject({ app_port: 8080, log_level: 'ERROR', log_file: '' });
    expect(app_config.allowed_hosts).toEqual(['a.example', 'b.example']);
    expect(app_config.write_token).toEqual([{ name: 'ci', token: 'abcdefghijklmnop' }]);
    expect(app_config.read_token).toEqual([{ name: 'read_token', token: 'defghijklmnopqrs' }]);
    expect(harbor_config.verify_ssl).toBe(false);
    expect(crictl_config.crictl_sudo).toBe(true);
    expect(harbor_config.registry_aliases).toEqual(['r.example:5000']);
    expect(webhook_config.invoke_secret).toEqual([WEBHOOK_SECRET, WEBHOOK_SECRET]);
    expect(router_config.function_urls).toEqual({ images: 'https://f.example' });
  });

  it.each([
    [{ APP_PORT: 'abc' }, 'app_config.app_port: expected an integer from 1 to 65535, got "abc"'],
    [{ APP_DEBUG: '' }, 'app_config.app_debug: expected true or false, got ""'],
    [
      { FUNCTION_URLS: '{' },
      'router_config.function_urls: expected an object of function name to URL, got "{"',
    ],
    [
      { READ_TOKEN: '' },
      'app_config.read_token: expected a token of 16 or more printable ASCII characters without spaces (openssl rand -hex 32), or a non-empty object of name to token',
    ],
  ])('with %j is a problem', (environment, line) => {
    expect(problemsOf({}, environment)).toEqual([line]);
  });

  it('may contain JSON values, as bindings do', () => {
    const { app_config } = parsed({}, { APP_PORT: 81, READ_TOKEN: { ci: 'a'.repeat(16) }, KV: {} });

    expect(app_config.app_port).toBe(81);
    expect(app_config.read_token).toEqual([{ name: 'ci', token: 'a'.repeat(16) }]);
  });
});

describe('sections that a command does not use', () => {
  const file = {
    app_config: { app_port: 'wrong', app_prot: 1 },
    harbor_config: { harbor_password: 'hunter2', harbor_host: 'h' },
    crictl_config: { crictl_timeout_ms: 5 },
  };
  const environment = { WRITE_TOKEN: 'hunter2', NOTIFY_URL: 'wrong' };

  it('keep their defaults, and their secrets and problems are not read', () => {
    const { configuration, problems } = parseConfiguration({
      file,
      environment,
      sections: ['crictl_config'],
    });

    expect(problems).toEqual([]);
    expect(configuration?.crictl_config.crictl_timeout_ms).toBe(5);
    expect(JSON.stringify(configuration)).not.toContain('hunter2');
  });
});
