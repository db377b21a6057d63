import { describe, expect, it } from 'vitest';
import { renameOldKeys } from '../../../../shared/values/configuration/aliases.ts';

const renamed = (file: unknown) => renameOldKeys(file).file;

describe('old key names', () => {
  it.each([
    [{ log_file: 'a' }, { app_config: { log_file: 'a' } }],
    [{ log_max_bytes: 1 }, { app_config: { log_max_bytes: 1 } }],
    [{ log_backup_count: 1 }, { app_config: { log_backup_count: 1 } }],
    [{ app_host: 'a' }, { app_config: { app_host: 'a' } }],
    [{ app_port: 1 }, { app_config: { app_port: 1 } }],
    [{ app_debug: true }, { app_config: { app_debug: true } }],
    [{ app_log_level: 'INFO' }, { app_config: { log_level: 'INFO' } }],
    [{ file_handler_log_level: 'INFO' }, { app_config: { log_level: 'INFO' } }],
    [
      { jsonify_prettyprint_regular: false },
      { app_config: { jsonify_prettyprint_regular: false } },
    ],
    [{ app_config: { host: 'a' } }, { app_config: { app_host: 'a' } }],
    [{ app_config: { port: 1 } }, { app_config: { app_port: 1 } }],
    [{ app_config: { debug: true } }, { app_config: { app_debug: true } }],
    [{ app_config: { log_level_app: 'INFO' } }, { app_config: { log_level: 'INFO' } }],
    [{ app_config: { log_level_file_handler: 'INFO' } }, { app_config: { log_level: 'INFO' } }],
    [{ harbor_config: { url: 'h' } }, { harbor_config: { harbor_host: 'h' } }],
    [{ harbor_config: { user: 'u' } }, { harbor_config: { harbor_username: 'u' } }],
    [{ harbor_config: { password: 'p' } }, { harbor_config: { harbor_password: 'p' } }],
    [{ crictl_config: { ignore_file_path: 'i' } }, { crictl_config: {}, ignore_file_path: 'i' }],
    [
      { webhook_config: { registry_aliases: ['r'] } },
      { webhook_config: {}, harbor_config: { registry_aliases: ['r'] } },
    ],
  ])('%j is read as %j, with one warning', (old, now) => {
    const { file, warnings } = renameOldKeys(old);

    expect(file).toEqual(now);
    expect(warnings).toHaveLength(1);
  });

  it('are named in the warning together with the new name', () => {
    const { warnings } = renameOldKeys({ app_port: 1, harbor_config: { url: 'h' } });

    expect(warnings).toEqual([
      'app_port is an old name; the new one is app_config.app_port',
      'harbor_config.url is an old name; the new one is harbor_config.harbor_host',
    ]);
  });

  it.each([
    [{ app_log_level: 'INFO', file_handler_log_level: 'DEBUG' }],
    [{ app_config: { log_level_file_handler: 'DEBUG', log_level_app: 'INFO' } }],
    [{ app_config: { log_level: 'INFO', log_level_app: 'DEBUG' }, app_log_level: 'ERROR' }],
  ])('of the same key: the right one wins in %j', (old) => {
    expect(renamed(old)).toEqual({ app_config: { log_level: 'INFO' } });
    expect(renameOldKeys(old).warnings).toHaveLength(2);
  });

  it('that have no meaning any more give one warning', () => {
    const { file, warnings } = renameOldKeys({
      harbor_config: { project_name: 'a', page_size: 1 },
    });

    expect(file).toEqual({ harbor_config: {} });
    expect(warnings).toEqual([
      'harbor_config.project_name and harbor_config.page_size: no effect, because lists are always complete',
    ]);
  });

  it('that have no effect any more give a warning that says what to set instead', () => {
    const { file, warnings } = renameOldKeys({ app_config: { local_writes: true, app_port: 1 } });

    expect(file).toEqual({ app_config: { app_port: 1 } });
    expect(warnings).toEqual([
      'local_writes has no effect; to delete without a token on this machine set app_config.local_socket, or set app_config.write_token',
    ]);
  });

  it('of sections that are not used give no warning', () => {
    const { warnings } = renameOldKeys({ app_port: 1, harbor_config: { url: 'h', page_size: 1 } }, [
      'app_config',
    ]);

    expect(warnings).toHaveLength(1);
  });

  it('do not change the object that they were read from', () => {
    const old = { app_config: { port: 1 } };
    renameOldKeys(old);

    expect(old).toEqual({ app_config: { port: 1 } });
  });

  it.each([[null], [[1]], [{ app_config: 'x', app_port: 1 }]])('leave %j to the parser', (file) => {
    expect(() => renameOldKeys(file)).not.toThrow();
  });
});
