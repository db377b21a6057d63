import { describe, expect, it } from 'vitest';
import { harborOf } from '../../../shared/adapters/configured-harbor.ts';
import { listProjects } from '../../../shared/adapters/harbor/project-list.ts';
import { sleep } from '../../../shared/values/waiting/sleep.ts';
import { configurationOf } from '../../support/configuration.ts';
import { memoryLog } from '../../support/log.ts';

function projectsOf(harbor_config: object, { tlsOptions = false } = {}) {
  const configuration = configurationOf({ harbor_config });
  const fetch = () => Promise.reject(new Error('ENOTFOUND'));
  const harbor = harborOf(configuration, { fetch, sleep, logger: memoryLog().logger, tlsOptions });
  const { signal } = new AbortController();
  return listProjects(harbor.session({ requestId: 'req-1', signal: () => signal }));
}

describe('harborOf', () => {
  it('names the keys of the configuration in messages', async () => {
    await expect(projectsOf({})).rejects.toMatchObject({
      code: 'harbor_not_configured',
      message: expect.stringContaining(
        'harbor_config.harbor_host (and harbor_config.harbor_username, harbor_config.harbor_password)',
      ),
    });
  });

  it.each([
    [{ verify_ssl: false }, 'harbor_config.verify_ssl'],
    [{ ca_file: '/etc/ca.pem' }, 'harbor_config.ca_file'],
  ])('is unsupported_here when fetch does not support %j', async (settings, key) => {
    const listing = projectsOf({ harbor_host: 'https://harbor.invalid', ...settings });
    await expect(listing).rejects.toMatchObject({
      code: 'unsupported_here',
      message: expect.stringContaining(key),
    });
  });

  it.each([
    ['fetch honours them', 'https://harbor.invalid', true],
    ['Harbor is called without TLS', 'http://harbor.invalid', false],
  ])('accepts TLS settings when %s', async (_, harbor_host, tlsOptions) => {
    const listing = projectsOf({ harbor_host, verify_ssl: false }, { tlsOptions });
    await expect(listing).rejects.toMatchObject({ code: 'harbor_unreachable' });
  });
});
