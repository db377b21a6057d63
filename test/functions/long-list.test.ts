import { describe, expect, it } from 'vitest';
import { GENERATED_ACCOUNT, oneRepository } from '../../demo/harbor/generate.ts';
import { createService } from '../support/service.ts';

/** More than a megabyte, so the answer is sent in parts. */
const ARTIFACTS = 2_500;
const PATH = '/harbor/artifacts/project-000/repository-000';

interface Row {
  readonly digest: string;
  readonly size_bytes: number;
}

const service = (isPretty: boolean) =>
  createService({
    harbor: { registry: oneRepository(ARTIFACTS) },
    config: {
      app_config: { jsonify_prettyprint_regular: isPretty },
      harbor_config: {
        harbor_username: GENERATED_ACCOUNT.name,
        harbor_password: GENERATED_ACCOUNT.password,
      },
    },
  });

describe('a list of artifacts that is sent in parts', () => {
  it('is the JSON of its rows, indented as configured', async () => {
    const compact = await (await service(false).get(PATH)).text();
    const indented = await (await service(true).get(PATH)).text();
    const rows = JSON.parse(compact) as readonly Row[];

    expect(compact).toBe(JSON.stringify(rows));
    expect(indented).toBe(`${JSON.stringify(rows, null, 2)}\n`);
    expect(new Set(rows.map(({ digest }) => digest)).size).toBe(ARTIFACTS);
  });

  it('has its length, its number of rows, and a validator', async () => {
    const { get } = service(false);
    const res = await get(PATH);
    const { byteLength } = await res.arrayBuffer();

    const again = await get(PATH, { headers: { 'If-None-Match': res.headers.get('etag') ?? '' } });

    expect(res.headers.get('content-length')).toBe(String(byteLength));
    expect(res.headers.get('x-total-count')).toBe(String(ARTIFACTS));
    expect([again.status, await again.text()]).toEqual([304, '']);
    expect(again.headers.get('content-length')).toBeNull();
  });
});
