/** Names: what is in Harbor's grammar, in each encoding, and what is not. */
import { WRITE_TOKEN } from '../secrets.ts';
import type { AddCase } from './case.ts';

export function nameCases(add: AddCase): void {
  const IN_USE = '/harbor/artifacts/platform/apps';
  for (const path of [`${IN_USE}%2Fweb/frontend`, `${IN_USE}%252Fweb%2ffrontend`]) {
    add('harbor-artifacts', path, 200, { answers: { 'x-total-count': '4' } });
  }
  add('harbor-artifacts', '/harbor/artifacts/platform/nowhere', [404, 'harbor_not_found']);
  add('harbor-repositories', '/harbor/repositories/2025', 200, {
    answers: { 'x-total-count': '1' },
  });
  for (const bad of ['UPPER', 'a%20b', '%zz', '%00', '%5c', '%252e%252e', '']) {
    add('harbor-repositories', `/harbor/repositories/${bad}`, [422, 'invalid_request']);
    add('harbor-artifacts', `${IN_USE}/${bad}/x`, [422, 'invalid_request']);
  }
  for (const dots of ['..', '.', '%2e%2e', '.%2E']) {
    add('harbor-repositories', `/harbor/repositories/${dots}`, [422, 'invalid_request'], {
      folds: true,
    });
    add('harbor-artifacts', `${IN_USE}/${dots}/web/frontend`, [422, 'invalid_request'], {
      folds: true,
    });
    add('delete-harbor-artifact', `${IN_USE}/web/frontend/${dots}`, [422, 'invalid_request'], {
      method: 'DELETE',
      headers: { Authorization: `Bearer ${WRITE_TOKEN}` },
      folds: true,
    });
  }
}
