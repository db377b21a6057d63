import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Problem } from '../../shared/values/problem.ts';
import { recordedAnswers } from '../fake-crictl/recorded.ts';
import { testFolder } from '../support/folder.ts';
import { bridgeOf, containerRow, imageRow } from '../support/host-rows.ts';
import { partsOf } from '../support/html.ts';
import { createRouter } from '../support/router.ts';
import { createService } from '../support/service.ts';
import { openPage } from '../support/visitor.ts';

const NODE = 'v1.33.0-containerd-1.7.24';
const NAME = '<th scope="row"';

const image = imageRow({ repo_tags: ['quay.io/acme/app:v1'] });
const readingOf = <Row>(rows: readonly Row[], ambiguous?: readonly string[]) => ({
  rows,
  startedAtMs: 0,
  ageMs: 0,
  ...(ambiguous && { ambiguous }),
});

describe('the page of the images on this host', () => {
  it('shows the rows of /local-images with their use', async () => {
    const { get, json } = createService({ crictl: recordedAnswers(NODE) });

    const page = await openPage(get, '/ui/images');

    const rows = await json<{ repository: string }[]>('/local-images');
    expect(partsOf(page, NAME)).toEqual(rows.map(({ repository }) => repository));
    expect(page.text).toContain(`1 to ${rows.length} of ${rows.length}`);
    expect(page.text).toContain('running');
  });

  it('shows the ignored ones on demand, with the row that hides each', async () => {
    const path = join(testFolder(), 'ignore.csv');
    writeFileSync(path, 'IMAGE,TAG\n\n127.0.0.1:5050/library/*,\n');
    const { get } = createService({
      crictl: recordedAnswers(NODE),
      config: { ignore_file_path: path },
    });

    const all = await openPage(get, '/ui/images?ignored=true');
    const only = await openPage(get, '/ui/images?ignored=only');

    expect(all.text).toContain('1 to 9 of 9');
    expect(partsOf(only, NAME)).toHaveLength(6);
    expect(partsOf(only, NAME)[0]).toContain('Ignored by line 3: 127.0.0.1:5050/library/*');
  });

  it('shows the images if only their use cannot be read', async () => {
    const bridge = bridgeOf({
      images: async () => readingOf([image]),
      containers: () => Promise.reject(new Problem('crictl_timeout', 'crictl ps took too long.')),
    });
    const { get } = createRouter({}, { parts: { bridge } });

    const { status, text } = await openPage(get, '/ui/images');

    expect(status).toBe(200);
    expect(text).toContain('What uses the images is unknown. crictl ps took too long.');
    expect(text).toContain('Used by a container unknown');
    expect(text).toContain('quay.io/acme/app v1 1B unknown');
  });

  it('warns if the images may be those of another runtime', async () => {
    const bridge = bridgeOf({
      images: async () => readingOf([image], ['/run/a.sock', '/run/b.sock']),
      containers: async () => readingOf([containerRow({ image_ref: image.id })]),
    });
    const { get } = createRouter({}, { parts: { bridge } });

    const { text } = await openPage(get, '/ui/images');

    expect(text).toContain('These may not be the images of the pods.');
    expect(text).toContain('/run/a.sock, /run/b.sock');
  });

  it('says that a runtime without images is not that of the pods', async () => {
    const bridge = bridgeOf({
      images: async () => readingOf([]),
      containers: async () => readingOf([]),
    });
    const { get } = createRouter({}, { parts: { bridge } });

    const { text } = await openPage(get, '/ui/images');

    expect(text).toContain('There are no images.');
    expect(text).toContain('The container runtime has neither images nor containers');
  });

  it('leads to the nodes if the service has no host of its own', async () => {
    const { get } = createRouter({});

    const { status, text, links } = await openPage(get, '/ui/images');

    expect(status).toBe(503);
    expect(text).toContain('This service has no host of its own.');
    expect(text).toContain('bridge_unavailable');
    expect(links.get('Choose a node to see its images')).toBe('/ui');
  });
});
