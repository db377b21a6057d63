import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../../../shared/node/configuration/configuration-error.ts';
import {
  type LoadOptions,
  loadConfiguration,
} from '../../../../shared/node/configuration/load-configuration.ts';
import { testFolder } from '../../../support/folder.ts';

let cwd: string;

beforeEach(() => {
  cwd = testFolder();
});

const load = (options: Partial<LoadOptions> = {}) =>
  loadConfiguration({ argv: [], env: {}, cwd, ...options });

function write(path: string, content: unknown): string {
  const file = join(cwd, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

/** The problems that loading ends with. */
function problemsOf(options: Partial<LoadOptions> = {}): readonly string[] {
  try {
    load(options);
  } catch (err) {
    if (err instanceof ConfigurationError) return err.problems;
    throw err;
  }
  return [];
}

describe('the file', () => {
  it('is config.json in the working directory', () => {
    const path = write('config.json', { app_config: { app_port: 81 } });

    expect(load()).toMatchObject({ path, configuration: { app_config: { app_port: 81 } } });
  });

  it('need not be there: then the defaults hold', () => {
    expect(load()).toMatchObject({ path: null, configuration: { app_config: { app_port: 5000 } } });
  });

  it.each([
    [{ argv: ['--config', 'a/c.json'] }],
    [{ argv: ['local-images', '--config=a/c.json'] }],
    [{ env: { IMAGE_API_CONFIG: 'a/c.json' } }],
    [{ argv: ['--config', 'a/c.json'], env: { IMAGE_API_CONFIG: 'other.json' } }],
  ])('is named by %j', (options) => {
    const path = write('a/c.json', { app_config: { app_port: 81 } });

    expect(load(options)).toMatchObject({ path, configuration: { app_config: { app_port: 81 } } });
  });

  it.each([[{ argv: ['--config', 'no.json'] }], [{ env: { IMAGE_API_CONFIG: 'no.json' } }]])(
    'that is named must exist: %j',
    (options) => {
      expect(problemsOf(options)).toEqual([`${join(cwd, 'no.json')}: cannot be read (ENOENT)`]);
    },
  );

  it('that cannot be read is a problem', () => {
    mkdirSync(join(cwd, 'config.json'));

    expect(problemsOf()).toEqual([`${join(cwd, 'config.json')}: cannot be read (EISDIR)`]);
  });

  it('that is not JSON is named with line and column, and quoted nowhere', () => {
    const path = write('config.json', '{\n "harbor_config": {"harbor_password": "hunter2",}\n}');

    expect(problemsOf()).toEqual([
      `${path}: line 2, column 49: not valid JSON (property name expected)`,
    ]);
  });

  it('may hold old key names', () => {
    write('config.json', { app_port: 81 });
    const { configuration, warnings } = load();

    expect(configuration.app_config.app_port).toBe(81);
    expect(warnings).toEqual(['app_port is an old name; the new one is app_config.app_port']);
  });

  it('with problems gives all of them at once', () => {
    write('config.json', { app_config: { app_port: 0, log_level: 1 } });

    expect(problemsOf({ env: { VERIFY_SSL: 'x' } })).toEqual([
      'app_config.log_level: expected DEBUG, INFO, WARNING, ERROR, CRITICAL, got 1',
      'app_config.app_port: expected an integer from 1 to 65535, got 0',
      'harbor_config.verify_ssl: expected true or false, got "x"',
    ]);
  });
});

it.each([[['--conf', 'x']], [['--config']], [['--config=']]])(
  'the arguments %j are refused',
  (argv) => {
    expect(problemsOf({ argv })).toHaveLength(1);
  },
);

describe('the path of a unix socket', () => {
  it.each([
    ['app_config.local_socket', (path: string) => ({ app_config: { local_socket: path } })],
    [
      'bridge_config.bridge_url',
      (path: string) => ({ bridge_config: { bridge_url: `unix:${path}` } }),
    ],
    [
      'bridge_config.bridge_listen',
      (path: string) => ({ bridge_config: { bridge_listen: `unix:${path}` } }),
    ],
  ])('of %s has at most 107 bytes', (key, fileWith) => {
    const short = `/${'é'.repeat(53)}`;
    write('config.json', fileWith(short));
    expect(load().configuration).toBeDefined();

    write('config.json', fileWith(`${short}x`));
    expect(problemsOf({})).toEqual([
      `${key}: expected a path of at most 107 bytes, got 108 as an absolute path`,
    ]);
  });

  it('is counted as an absolute path', () => {
    write('config.json', { app_config: { local_socket: 's'.repeat(107) } });

    expect(problemsOf({})).toEqual([expect.stringContaining('app_config.local_socket: ')]);
  });
});

describe('paths', () => {
  const file = {
    ignore_file_path: 'ignore.txt',
    app_config: { log_file: 'logs/app.log', local_socket: 'local.sock' },
    harbor_config: { ca_file: '/etc/ca.pem' },
    delete_config: { journal_file: 'state/journal.jsonl' },
    bridge_config: {
      bridge_url: 'unix:b.sock',
      bridge_listen: 'unix:b.sock',
      bridge_tls_cert: 'c.pem',
      bridge_tls_key: 'k.pem',
      bridge_ca_file: 'ca.pem',
    },
  };

  it('in the file are relative to the file', () => {
    write('sub/c.json', file);

    expect(load({ argv: ['--config', 'sub/c.json'] }).configuration).toMatchObject({
      ignore_file_path: join(cwd, 'sub/ignore.txt'),
      app_config: {
        log_file: join(cwd, 'sub/logs/app.log'),
        local_socket: join(cwd, 'sub/local.sock'),
      },
      harbor_config: { ca_file: '/etc/ca.pem' },
      delete_config: { journal_file: join(cwd, 'sub/state/journal.jsonl') },
      bridge_config: {
        bridge_url: { kind: 'unix', path: join(cwd, 'sub/b.sock') },
        bridge_listen: { kind: 'unix', path: join(cwd, 'sub/b.sock') },
        bridge_tls_cert: join(cwd, 'sub/c.pem'),
        bridge_tls_key: join(cwd, 'sub/k.pem'),
        bridge_ca_file: join(cwd, 'sub/ca.pem'),
      },
    });
  });

  it('by default are relative to the file, and without a file to the working directory', () => {
    write('sub/c.json', {});
    const withFile = load({ argv: ['--config', 'sub/c.json'] }).configuration;

    expect(withFile.app_config.log_file).toBe(join(cwd, 'sub/app.log'));
    expect(load().configuration.app_config.log_file).toBe(join(cwd, 'app.log'));
  });

  it('in the environment are relative to the working directory', () => {
    write('sub/c.json', file);
    const { configuration } = load({
      argv: ['--config', 'sub/c.json'],
      env: { LOG_FILE: 'env.log', BRIDGE_URL: 'unix:e.sock' },
    });

    expect(configuration.app_config.log_file).toBe(join(cwd, 'env.log'));
    expect(configuration.bridge_config.bridge_url).toEqual({
      kind: 'unix',
      path: join(cwd, 'e.sock'),
    });
  });

  it('that are empty stay empty: the log goes to stderr only', () => {
    write('config.json', { app_config: { log_file: '' } });

    expect(load().configuration.app_config.log_file).toBe('');
  });
});

describe('NAME_FILE', () => {
  it('holds a secret, less one trailing newline', () => {
    write('password', 'hunter2\n\n');
    write('tokens', '{"ci": "abcdefghijklmnop"}\r\n');
    const env = { HARBOR_PASSWORD_FILE: 'password', WRITE_TOKEN_FILE: join(cwd, 'tokens') };
    write('key', `${'k'.repeat(32)}\n`);
    const { harbor_config, app_config, ui_config } = load({
      env: { ...env, SESSION_KEY_FILE: 'key' },
    }).configuration;

    expect(ui_config.session_key).toBe('k'.repeat(32));
    expect(harbor_config.harbor_password).toBe('hunter2\n');
    expect(app_config.write_token).toEqual([{ name: 'ci', token: 'abcdefghijklmnop' }]);
  });

  it('wins over the configuration file', () => {
    write('config.json', { harbor_config: { harbor_password: 'old' } });
    write('password', 'new');

    const { configuration } = load({ env: { HARBOR_PASSWORD_FILE: 'password' } });
    expect(configuration.harbor_config.harbor_password).toBe('new');
  });

  it('that cannot be read is a problem that names it', () => {
    expect(problemsOf({ env: { HARBOR_PASSWORD_FILE: '/no/such' } })).toEqual([
      'harbor_config.harbor_password: HARBOR_PASSWORD_FILE, /no/such, cannot be read (ENOENT)',
    ]);
  });

  it('beside NAME is a problem', () => {
    const env = { READ_TOKEN: 'a'.repeat(16), READ_TOKEN_FILE: 'b' };

    expect(problemsOf({ env })).toEqual([
      'app_config.read_token: READ_TOKEN and READ_TOKEN_FILE are both set; remove one',
    ]);
  });

  it('that is empty is no token', () => {
    write('token', '\n');

    expect(problemsOf({ env: { WRITE_TOKEN_FILE: 'token' } })).toHaveLength(1);
  });

  it('of a section that is not used is not even opened', () => {
    const env = { HARBOR_PASSWORD_FILE: '/no/such' };

    expect(problemsOf({ env, sections: ['bridge_config'] })).toEqual([]);
  });
});

describe('a systemd credential', () => {
  const env = { CREDENTIALS_DIRECTORY: 'credentials' };

  it.each(['harbor_password', 'HARBOR_PASSWORD'])('%s is a secret like NAME_FILE', (name) => {
    write('config.json', { harbor_config: { harbor_password: 'old' } });
    write(`credentials/${name}`, 'new\n');

    expect(load({ env }).configuration.harbor_config.harbor_password).toBe('new');
  });

  it.each([{ HARBOR_PASSWORD: 'set' }, { HARBOR_PASSWORD_FILE: 'file' }])(
    'gives way to %j',
    (named) => {
      write('credentials/harbor_password', 'credential');
      write('file', 'set');
      const { configuration } = load({ env: { ...env, ...named } });

      expect(configuration.harbor_config.harbor_password).toBe('set');
    },
  );

  it('that cannot be read is a problem that names it', () => {
    mkdirSync(join(cwd, 'credentials/write_token'), { recursive: true });

    expect(problemsOf({ env: { CREDENTIALS_DIRECTORY: join(cwd, 'credentials') } })).toEqual([
      `app_config.write_token: the credential write_token, ${join(cwd, 'credentials/write_token')}, cannot be read (EISDIR)`,
    ]);
  });

  it('that is not one of the keys, or of a section that is not used, is ignored', () => {
    write('credentials/app_port', 'nonsense');
    write('credentials/write_token', 'two words');

    expect(problemsOf({ env, sections: ['harbor_config'] })).toEqual([]);
  });
});

it('LOCAL_WRITES gives the warning of local_writes, once for both', () => {
  write('config.json', { app_config: { local_writes: false } });

  expect(load({ env: { LOCAL_WRITES: 'true' } }).warnings).toEqual([
    expect.stringContaining('set app_config.local_socket'),
  ]);
});

describe('a Harbor that is configured', () => {
  const login = { harbor_host: 'h.example', harbor_username: 'u', harbor_password: 'p' };

  it.each([
    [{ harbor_username: '' }, 'harbor_username is empty: only public projects are listed'],
    [{ harbor_password: '' }, 'harbor_password is empty: Harbor will refuse the login'],
    [{ verify_ssl: false }, "verify_ssl is false: Harbor's certificate is not checked"],
  ])('with %j is a warning', (keys, warning) => {
    write('config.json', { harbor_config: { ...login, ...keys } });

    expect(load().warnings).toEqual([`harbor_config.${warning}`]);
  });

  it('with a login is none, and neither is no Harbor', () => {
    write('config.json', { harbor_config: login });
    write('none.json', { harbor_config: { verify_ssl: false } });

    expect(load().warnings).toEqual([]);
    expect(load({ argv: ['--config', 'none.json'] }).warnings).toEqual([]);
  });
});

describe('the nodes', () => {
  const node = (fields: object) => ({ nodes_config: { nodes: { a: fields } } });

  it('have paths relative to the file, and tokens from their files', () => {
    write('etc/token', 'from a file of the test\n'.replaceAll(' ', '-'));
    const path = write(
      'etc/c.json',
      node({
        bridge_url: 'unix:b.sock',
        bridge_token_file: 'token',
        bridge_ca_file: 'ca.pem',
      }),
    );
    expect(load({ argv: ['--config', path] }).configuration.nodes_config.nodes['a']).toEqual({
      bridge_url: { kind: 'unix', path: join(cwd, 'etc/b.sock') },
      bridge_token: 'from-a-file-of-the-test',
      bridge_token_file: join(cwd, 'etc/token'),
      bridge_ca_file: join(cwd, 'etc/ca.pem'),
    });
  });

  it('may be in a file of their own, with paths relative to the working directory', () => {
    write('token', 'hunter2-hunter2-hunter2\r\n');
    write('etc/nodes.json', { a: { bridge_url: 'https://a', bridge_token_file: 'token' } });
    const path = write('etc/c.json', {});
    const { configuration } = load({
      argv: ['--config', path],
      env: { NODES_FILE: 'etc/nodes.json' },
    });
    expect(configuration.nodes_config.nodes['a']).toMatchObject({
      bridge_token: 'hunter2-hunter2-hunter2',
    });
  });

  it.each([
    [undefined, 'cannot be read (ENOENT)'],
    ['', 'to contain a token of 16 or more'],
    ['two words', 'to contain a token of 16 or more'],
  ])('need a token in the file: %j', (content, message) => {
    const [file] = content === undefined ? ['token'] : [write('token', content)];
    write('config.json', node({ bridge_url: 'https://a', bridge_token_file: file }));
    expect(problemsOf()).toEqual([
      expect.stringMatching(/^nodes_config\.nodes\.a\.bridge_token_file: .*token/),
    ]);
    expect(problemsOf().join()).toContain(message);
    expect(problemsOf().join()).not.toContain('two words');
  });

  it.each([
    [
      { nodes_config: { node: {} } },
      'nodes_config.node: unknown key; did you mean nodes_config.nodes?',
    ],
    [{ node_config: { nodes: {} } }, 'node_config: unknown key; did you mean nodes_config?'],
  ])('are not forgotten for a misspelt key: %j', (file, problem) => {
    write('config.json', file);

    expect(problemsOf()).toEqual([problem]);
  });

  it('need sockets whose paths the system does not cut', () => {
    write('config.json', node({ bridge_url: `unix:/${'x'.repeat(120)}` }));
    expect(problemsOf()).toEqual([
      'nodes_config.nodes.a.bridge_url: expected a path of at most 107 bytes, got 121 as an absolute path',
    ]);
  });

  it('are not read by a command that does not use them', () => {
    write('config.json', node({ bridge_url: 'https://a', bridge_token_file: 'missing' }));
    const { configuration } = load({ sections: ['app_config', 'bridge_config'] });
    expect(configuration.nodes_config.nodes).toEqual({});
  });
});
