/** Webhooks: Harbor's deliveries, and signed calls of functions. */
import { recordedDeliveries } from '../../fixtures/recordings.ts';
import { HARBOR_WEBHOOK_TOKEN, signed } from '../secrets.ts';
import type { AddCase, Expected, Extras } from './case.ts';

export function webhookCases(add: AddCase): void {
  const [delivery] = recordedDeliveries('pull-tag');
  const deliver = (expected: Expected, extras: Extras = {}) =>
    add('harbor-webhook', '/webhooks/harbor', expected, {
      method: 'POST',
      body: delivery?.body ?? '',
      ...extras,
      headers: {
        Authorization: HARBOR_WEBHOOK_TOKEN,
        'Content-Type': 'application/json',
        ...extras.headers,
      },
    });
  deliver(202);
  deliver([401, 'unauthorized'], { headers: { Authorization: 'Bearer wrong' } });
  deliver([415, 'unsupported_media_type'], { headers: { 'Content-Type': 'text/plain' } });
  deliver([422, 'invalid_request'], { body: '{"type":' });
  deliver([413, 'payload_too_large'], { body: ' '.repeat(1024 * 1024 + 1) });
  deliver([403, 'webhook_not_configured'], { deployment: 'bare' });

  const invoke = (name: string, parameters: object, expected: Expected, extras: Extras = {}) => {
    const body = JSON.stringify(parameters);
    add('webhook-invoke', `/webhooks/${name}`, expected, {
      method: 'POST',
      body,
      ...extras,
      headers: { 'Content-Type': 'application/json', ...signed(body), ...extras.headers },
    });
  };
  invoke('harbor-projects', { page_size: 2 }, 200, { answers: { 'x-total-count': '7' } });
  invoke('local-images', {}, 200);
  invoke('harbor-artifacts', { project: 'platform', repository: '..' }, [422, 'invalid_request']);
  invoke('nodes', { sort: '-images' }, 200);
  invoke('node-images', { node: 'node-2', page_size: 1 }, 200);
  invoke('drift', { status: 'gone' }, 200, { answers: { 'x-total-count': '1' } });
  invoke('drift', { status: 'lost' }, [422, 'invalid_request']);
  invoke('harbor-cleanup', { policy: { tags: ['pr-*'] } }, 200);
  invoke('harbor-cleanup', { policy: 'nowhere' }, [404, 'not_found']);
  invoke('harbor-cleanup', { policy: { tags: ['pr-*'] }, apply: true }, [428, 'plan_required']);
  invoke('nothing', {}, [404, 'not_found']);
  invoke('images', {}, [401, 'signature_invalid'], { headers: { 'webhook-signature': 'v1,AAAA' } });
  invoke('images', {}, [403, 'webhook_not_configured'], { deployment: 'bare' });
  invoke('harbor-projects', {}, [502, 'harbor_bad_response'], { fault: 'harbor-html' });
}
