/** Deletions. None of these deletes anything, so that all can be repeated. */
import { READ_TOKEN, WRITE_TOKEN } from '../secrets.ts';
import type { AddCase, Expected, Extras } from './case.ts';

export function deletionCases(add: AddCase): void {
  const FRONTEND = '/harbor/artifacts/platform/apps/web/frontend';
  const remove = (target: string, expected: Expected, extras: Extras = {}) =>
    add('delete-harbor-artifact', target, expected, {
      method: 'DELETE',
      ...extras,
      headers: { Authorization: `Bearer ${WRITE_TOKEN}`, ...extras.headers },
    });
  remove(`${FRONTEND}/2.4.1?dry_run=true`, 200);
  remove(`${FRONTEND}/pr-481?dry_run=true&tag_only=true`, 200);
  remove(`${FRONTEND}/stable`, [409, 'other_tags']);
  remove(`${FRONTEND}/nothing`, [404, 'harbor_not_found']);
  remove(`${FRONTEND}/2.4.1?dry_run=yes`, [422, 'invalid_request']);
  remove(`${FRONTEND}/sha256:${'0'.repeat(64)}?tag_only=true`, [422, 'invalid_request']);
  remove(`${FRONTEND}/2.4.1`, [412, 'reference_moved'], {
    headers: { 'If-Match': `"sha256:${'0'.repeat(64)}"` },
  });
  remove(`${FRONTEND}/2.4.1`, [401, 'unauthorized'], {
    headers: { Authorization: 'Bearer wrong' },
  });
  remove(`${FRONTEND}/2.4.1`, [401, 'unauthorized'], {
    deployment: 'guarded',
    headers: { Host: 'allowed.example', Authorization: `Bearer ${READ_TOKEN}` },
  });
  remove(`${FRONTEND}/pr-481`, [409, 'usage_unknown'], { fault: 'bridge-crictl' });
  remove(`${FRONTEND}/pr-481`, [502, 'harbor_bad_response'], { fault: 'harbor-html' });
  add('delete-harbor-artifact', `${FRONTEND}/2.4.1`, [401, 'unauthorized'], { method: 'DELETE' });
}
