import { describe, expect, it } from 'vitest';
import { secretsOf } from '../../../../shared/adapters/log/redaction.ts';
import {
  configurationKeys,
  parseConfiguration,
} from '../../../../shared/values/configuration/configuration.ts';
import { unknownKeys } from '../../../../shared/values/configuration/unknown-keys.ts';
import { configurationOf } from '../../../support/configuration.ts';

const KEY = 'a-session-key-with-32-characters';

const problemsOf = (ui_config: object, environment: Record<string, string> = {}) =>
  parseConfiguration({ file: { ui_config }, environment }).problems;

describe('ui_config', () => {
  it.each([
    [{}, {}, { enabled: true, session_key: null, session_hours: 12 }],
    [
      { session_key: '', session_hours: 1 },
      {},
      { enabled: true, session_key: null, session_hours: 1 },
    ],
    [{ session_key: null }, {}, { enabled: true, session_key: null, session_hours: 12 }],
    [
      { enabled: false, session_key: 'x'.repeat(32) },
      { UI_ENABLED: 'yes', SESSION_KEY: KEY, SESSION_HOURS: '8760' },
      { enabled: true, session_key: KEY, session_hours: 8760 },
    ],
  ])('of %j with %j is %j', (ui_config, environment, values) => {
    expect(configurationOf({ ui_config }, environment).ui_config).toEqual(values);
  });

  it.each([
    [{ enabled: 'no' }, 'ui_config.enabled: expected true or false, got "no"'],
    [{ session_hours: 0 }, 'ui_config.session_hours: expected an integer from 1 to 8760, got 0'],
    [
      { session_hours: 1.5 },
      'ui_config.session_hours: expected an integer from 1 to 8760, got 1.5',
    ],
    [
      { session_hours: 8761 },
      'ui_config.session_hours: expected an integer from 1 to 8760, got 8761',
    ],
    [
      { session_hours: '12' },
      'ui_config.session_hours: expected an integer from 1 to 8760, got "12"',
    ],
  ])('with %j is refused', (ui_config, problem) => {
    expect(problemsOf(ui_config)).toEqual([problem]);
  });

  it.each([KEY.slice(1), `${KEY} x`, `${KEY}\n`, `ü${KEY}`, 5, [KEY], { a: KEY }])(
    'with the session_key %j is refused, and the key is not quoted',
    (session_key) => {
      const problem =
        'ui_config.session_key: expected a secret of 32 or more printable ASCII characters (openssl rand -base64 32)';

      expect(problemsOf({ session_key })).toEqual([problem]);
    },
  );

  it('has a secret that log lines leave out', () => {
    expect(secretsOf(configurationOf({ ui_config: { session_key: KEY } }))).toContain(KEY);
  });

  it.each([
    [
      { ui_config: { session_keys: KEY } },
      'ui_config.session_keys: unknown key; did you mean ui_config.session_key?',
    ],
    [
      { ui_config: { session_hour: 1 } },
      'ui_config.session_hour: unknown key; did you mean ui_config.session_hours?',
    ],
    [{ ui_confg: {} }, 'ui_confg: unknown key; did you mean ui_config?'],
    [
      { app_config: { session_key: KEY } },
      'app_config.session_key: unknown key; did you mean ui_config.session_key?',
    ],
    [
      { app_config: { public_ulr: 'x' } },
      'app_config.public_ulr: unknown key; did you mean app_config.public_url?',
    ],
  ])('is meant by a misspelt %j', (file, warning) => {
    expect(unknownKeys(file, configurationKeys()).map(({ text }) => text)).toEqual([warning]);
  });
});
