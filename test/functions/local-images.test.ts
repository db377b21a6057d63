import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { localImages } from '../../functions/local-images.ts';
import { createApp } from '../../shared/http/app.ts';
import { RECORDED_VERSIONS, recordedAnswers } from '../fake-crictl/recorded.ts';
import { crictlOutput, crictlRun } from '../fixtures/recordings.ts';
import { bodyOf } from '../support/body.ts';
import { testFolder } from '../support/folder.ts';
import { createService } from '../support/service.ts';

const NODE = 'v1.33.0-containerd-1.7.24';

const service = (crictl_config: object = {}) =>
  createService({ crictl: recordedAnswers(NODE), config: { crictl_config } });

interface Row {
  readonly repository: string;
  readonly tag: string;
  readonly image_id: string;
  readonly size: string;
}

/** A recorded table's rows, in our order. */
function tableRows(version: string): string[][] {
  const [, ...lines] = crictlOutput(version, 'images.txt').trimEnd().split('\n');
  const rows = lines.map((line) => line.trim().split(/\s{2,}/));
  return rows.toSorted((a, b) => (`${a[0]} ${a[1]}` < `${b[0]} ${b[1]}` ? -1 : 1));
}

describe('GET /local-images', () => {
  it.each(RECORDED_VERSIONS)(
    'shows row for row what `crictl images` of %s prints',
    async (version) => {
      const { json } = createService({ crictl: recordedAnswers(version) });
      const rows = await json<Row[]>('/local-images');
      const shown = rows.map((row) => [row.repository, row.tag, row.image_id, row.size]);
      expect(shown.toSorted((a, b) => (`${a[0]} ${a[1]}` < `${b[0]} ${b[1]}` ? -1 : 1))).toEqual(
        tableRows(version),
      );
    },
  );

  it('answers complete rows with the headers of a list', async () => {
    const { get } = service();
    const res = await get('/local-images');
    expect(Object.fromEntries(res.headers)).toMatchObject({
      'content-type': 'application/json',
      'cache-control': 'private, no-cache',
      vary: 'Authorization',
      'x-content-type-options': 'nosniff',
      'x-total-count': '9',
      age: '0',
      etag: expect.stringMatching(/^"[\w+/]{24}"$/),
    });
    expect((await bodyOf<Row[]>(res))[0]).toEqual({
      repository: '127.0.0.1:5050/library/app',
      tag: 'stable',
      image_id: '91e65becf5210',
      size: '1.12MB',
      id: '91e65becf52108d5f79bbbf5f03d315d7145881ad0c9f3383111061db4bfcb58',
      digest: 'sha256:2ec23b0db30e485789635a6a7eaef5ffeedfdbcb3d490f199eaa42cf9d85a75b',
      size_bytes: 1119727,
      pinned: false,
    });
  });

  it('lets many share one run of crictl', async () => {
    const running = createService({
      crictl: { images: { ...recordedAnswers(NODE).images, delayMs: 300 } },
      config: { crictl_config: { crictl_max_age_ms: 60_000 } },
    });
    const answers = await Promise.all(
      Array.from({ length: 40 }, () => running.get('/local-images')),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(40).fill(200));
    expect(running.crictl?.calls()).toHaveLength(1);
  });

  it.each(['', '?sort=-size'])(
    'makes the body of a list%s once for each run of crictl',
    async (query) => {
      const { services } = createService({
        crictl: recordedAnswers(NODE),
        config: { crictl_config: { crictl_max_age_ms: 60_000 } },
      });
      const { memo, ...others } = services;
      const made = new Set();
      const counted: typeof memo = (make, ...args) => {
        const value = memo(make, ...args);
        made.add(value);
        return value;
      };
      const app = createApp(localImages, () => ({ ...others, memo: counted }));
      const ask = async () => {
        const res = await app.request(`/local-images${query}`);
        return res.text();
      };
      expect(await ask()).toBe(await ask());
      expect(made.size).toBe(2); // the rows and their body
    },
  );

  it('reads the host again for Cache-Control: no-cache', async () => {
    const running = service({ crictl_max_age_ms: 60_000 });
    await running.get('/local-images');
    await running.get('/local-images');
    const before = running.crictl?.calls().length ?? 0;
    await running.get('/local-images', { headers: { 'cache-control': 'no-cache' } });
    expect(running.crictl?.calls()).toHaveLength(before + 1);
  });

  it('answers 304 to a caller that has the list', async () => {
    const { get } = service();
    const etag = (await get('/local-images')).headers.get('etag') ?? '';
    const same = await get('/local-images', { headers: { 'if-none-match': `"other", W/${etag}` } });
    expect(same.status).toBe(304);
    expect(await same.text()).toBe('');
    expect(same.headers.get('etag')).toBe(etag);
    const changed = await get('/local-images?q=pause', { headers: { 'if-none-match': etag } });
    expect(changed.status).toBe(200);
  });

  it('cuts slices with links, searches and sorts', async () => {
    const { get, json } = service();
    const res = await get('/local-images?page=2&page_size=4&sort=-tag');
    expect(res.headers.get('x-total-count')).toBe('9');
    expect(res.headers.get('link')).toBe(
      '</local-images?page=1&page_size=4&sort=-tag>; rel="first", ' +
        '</local-images?page=1&page_size=4&sort=-tag>; rel="prev", ' +
        '</local-images?page=3&page_size=4&sort=-tag>; rel="next", ' +
        '</local-images?page=3&page_size=4&sort=-tag>; rel="last"',
    );
    expect(await res.json()).toHaveLength(4);
    const found = await json<Row[]>('/local-images?q=APP:V');
    expect(found.map(({ tag }) => tag)).toEqual(['v1', 'v2']);
    expect(await json('/local-images?page=9')).toEqual([]);
  });

  it.each([
    ['page=0', 'page'],
    ['page=x', 'page'],
    ['page_size=1001', 'page_size'],
    ['page_size=-1', 'page_size'],
    ['page=1&page=2', 'page'],
    ['sort=colour', 'sort'],
    ['q=%zz', 'query'],
    ['q=%ff', 'query'],
  ])('answers 422 to ?%s and names %s', async (query, parameter) => {
    const { get } = service();
    const res = await get(`/local-images?${query}`);
    expect(res.status).toBe(422);
    expect((await bodyOf(res)).errors[0]?.parameter).toBe(parameter);
  });

  it('refuses a parameter that is repeated, and ignores one that is unknown', async () => {
    const { get } = service();
    const refused = await get('/local-images?q=a&q=a');
    expect((await bodyOf(refused)).errors).toEqual([
      { parameter: 'q', detail: 'may be given only once' },
    ]);
    expect((await get('/local-images?x=1&x=2&constructor=1&constructor=2')).status).toBe(200);
  });

  it('applies edits of the ignore file immediately', async () => {
    const file = join(testFolder(), 'images_to_ignore.txt');
    const { json } = createService({
      crictl: recordedAnswers(NODE),
      config: { ignore_file_path: file },
    });
    const count = async () => (await json<Row[]>('/local-images')).length;
    expect(await count()).toBe(9);
    writeFileSync(`${file}.new`, 'IMAGE,TAG\n127.0.0.1:5050/library/*,\n');
    renameSync(`${file}.new`, file);
    expect(await count()).toBe(3);
    writeFileSync(`${file}.new`, 'IMAGE,TAG\n');
    renameSync(`${file}.new`, file);
    expect(await count()).toBe(9);
  });

  it.each([
    ['no-socket', 503, 'runtime_unreachable'],
    ['permission-denied', 503, 'crictl_permission_denied'],
    ['permission-denied-no-endpoint', 503, 'crictl_permission_denied'],
    ['timeout', 504, 'crictl_timeout'],
    ['extra-args', 502, 'crictl_bad_output'],
    ['sudo-refused', 503, 'crictl_permission_denied'],
    ['sudo-not-allowed', 503, 'crictl_permission_denied'],
  ] as const)(
    'answers the recorded failure %s with %i %s, and recovers',
    async (name, status, code) => {
      const running = service();
      running.crictl?.answer('images', crictlRun(NODE, name));
      const res = await running.get('/local-images');
      expect(res.status).toBe(status);
      expect(res.headers.get('content-type')).toBe('application/problem+json');
      expect(res.headers.get('cache-control')).toBe('no-store');
      expect((await bodyOf(res)).code).toBe(code);
      running.crictl?.answer('images', recordedAnswers(NODE).images ?? {});
      expect((await running.get('/local-images')).status).toBe(200);
    },
  );
});
