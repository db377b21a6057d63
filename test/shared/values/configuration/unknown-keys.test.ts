import { describe, expect, it } from 'vitest';
import { configurationKeys } from '../../../../shared/values/configuration/configuration.ts';
import { unknownKeys } from '../../../../shared/values/configuration/unknown-keys.ts';

const SECTIONS = [...new Set(configurationKeys().map(({ section }) => section))].filter(Boolean);
const AT_THE_TOP = `the keys of the file are ${[...SECTIONS, 'ignore_file_path'].join(', ')}`;

describe('an unknown key is a warning', () => {
  it.each([
    [
      { app_config: { app_prot: 1 } },
      'app_config.app_prot: unknown key; did you mean app_config.app_port?',
    ],
    [{ app_port_: 1 }, 'app_port_: unknown key; did you mean app_config.app_port?'],
    [{ harbour_config: {} }, 'harbour_config: unknown key; did you mean harbor_config?'],
    [
      { app_config: { verify_ssl: true } },
      'app_config.verify_ssl: unknown key; did you mean harbor_config.verify_ssl?',
    ],
    [
      { cleanup_config: { policy: {} } },
      'cleanup_config.policy: unknown key; the keys of cleanup_config are policies',
    ],
    [{ app_pot: 1 }, 'app_pot: unknown key; did you mean app_config.app_port?'],
    [{ something_else_entirely: 1 }, `something_else_entirely: unknown key; ${AT_THE_TOP}`],
    [{ x: 1 }, `x: unknown key; ${AT_THE_TOP}`],
  ])('%j', (file, warning) => {
    expect(unknownKeys(file, configurationKeys()).map(({ text }) => text)).toEqual([warning]);
  });

  it('not in sections that the command does not use', () => {
    expect(
      unknownKeys({ app_config: { app_prot: 1 } }, configurationKeys(), ['crictl_config']),
    ).toEqual([]);
  });

  it.each([[[]], [null], ['x'], [{ app_config: 'x' }]])(
    'not for a value that is not an object: %j',
    (file) => {
      expect(unknownKeys(file, configurationKeys())).toEqual([]);
    },
  );
});
