import { describe, expect, it } from 'vitest';
import { registryNames } from '../../../../shared/domain/images/registry-names.ts';
import { configurationOf } from '../../../support/configuration.ts';

describe('registryNames', () => {
  it.each([
    ['https://harbor.example.test/base', ['harbor.example.test', 'mirror:5000']],
    ['harbor.example.test:8443', ['harbor.example.test:8443', 'mirror:5000']],
    ['', ['mirror:5000']],
  ])('names the registry by harbor_host %j and its aliases', (harbor_host, expected) => {
    const configuration = configurationOf({
      harbor_config: { harbor_host, registry_aliases: ['mirror:5000'] },
    });
    expect(registryNames(configuration)).toEqual(expected);
  });
});
