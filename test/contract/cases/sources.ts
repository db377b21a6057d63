/** Endpoints with several sources or none: `/images`, health, and the OpenAPI document. */
import type { AddCase } from './case.ts';

export function sourceCases(add: AddCase): void {
  add('images', '/images', 200);
  add('images', '/images', 200, { method: 'HEAD' });
  add('images', '/images', 200, { fault: 'harbor-html' });
  add('images', '/images', 200, { fault: 'bridge-down' });
  add('images', '/images', [502, 'no_source'], { fault: 'all-html' });
  add('health', '/livez', 200);
  add('health', '/livez', 200, { method: 'HEAD' });
  add('health', '/readyz', 200);
  add('health', '/readyz', 200, { headers: { Accept: 'application/json' } });
  add('health', '/readyz?verbose', 200);
  add('openapi', '/openapi.json', 200);
}
