/** Pages without rows say why there are none: a filter, the end of the list, or that nothing is known. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { journalText } from '../../shared/domain/journal/journal-lines.ts';
import { artifactsWith, BYSTANDER, createCleanupService } from '../support/cleanup.ts';
import { testFolder } from '../support/folder.ts';
import { intentOf } from '../support/journal.ts';
import { type NodesByName, unreachable } from '../support/nodes.ts';
import { openPage } from '../support/visitor.ts';

function pages(nodes: NodesByName = { 'node-1': { images: [BYSTANDER] } }) {
  const journal_file = join(testFolder(), 'journal.jsonl');
  const time = '2026-01-12T08:00:00.000Z';
  writeFileSync(journal_file, journalText({ ...intentOf(), id: 'd1', time, event: 'intent' }));
  const { get } = createCleanupService({
    artifacts: artifactsWith(['v1'], ['v2']),
    nodes,
    config: { app_config: {}, delete_config: { journal_file } },
  });
  return (path: string) => openPage(get, path);
}

it.each([
  '/ui?page=9',
  '/ui/nodes/node-1?page=9',
  '/ui/compare?page=9',
  '/ui/drift?page=9',
  '/ui/unused?page=9',
  '/ui/cleanup?tags=*&page=9',
  '/ui/harbor?page=9',
  '/ui/harbor/shop/web?page=9',
  '/ui/journal?page=9',
])('%s, after the last row, does not look like an empty list', async (path) => {
  const { status, text, links } = await pages()(path);

  expect(status).toBe(200);
  expect(text).toContain('There is no such page.');
  expect(links.get('Show its first page')).toBe(path.replace(/[?&]page=9/, ''));
  expect(text).not.toMatch(/No (node of|image|deletion) |Nothing has drifted Show/);
});

it('without nodes, pages do not say that nothing is used', async () => {
  const open = pages({});
  const artifact = await open('/ui/artifacts/shop/web/v1');

  expect(artifact.text).toContain('There are no nodes, so it is not known who uses it.');
  expect((await open('/ui')).text).toContain('There are no nodes. Check nodes_config .');
  expect((await open('/ui/drift')).text).toContain('There are no images to compare');
});

describe('without rows', () => {
  it('an age that leaves everything out does not mean that nothing is unused', async () => {
    const { text } = await pages()('/ui/unused?older_than=52w');

    expect(text).toContain('No unused artifact matches.');
    expect(text).not.toContain('No artifact is unused.');
  });

  it('a namespace that nobody uses does not mean that nothing has drifted', async () => {
    const { text, links } = await pages()('/ui/drift?namespace=shp');

    expect(text).toContain('No container is in a namespace shp');
    expect(text).not.toContain('Nothing has drifted');
    expect(links.get('Compare all images')).toBe('/ui/drift');
  });

  it.each(['/ui/compare', '/ui/drift'])(
    '%s counts nothing if no node could be read',
    async (path) => {
      const { text } = await pages({ 'node-1': unreachable('node-1') })(path);

      expect(text).toMatch(/No (node could be read|image could be compared)/);
      expect(text).not.toMatch(/0 (All|Gone|Common)/);
    },
  );
});
