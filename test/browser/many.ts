/** A service with very many rows of everything. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GENERATED_ACCOUNT } from '../../demo/harbor/generate.ts';
import { digestOf, Registry } from '../../demo/harbor/registry.ts';
import { journalText } from '../../shared/domain/journal/journal-lines.ts';
import { testFolder } from '../support/folder.ts';
import { containerRow, imageRow } from '../support/host-rows.ts';
import { intentOf } from '../support/journal.ts';
import { nodesOf } from '../support/nodes.ts';
import { createService } from '../support/service.ts';

const REGISTRY = 'harbor.example.test';
const TIME = '2026-11-02T09:30:00.000Z';

/**
 * Starts it: two nodes have so many images each, Harbor has them and as many that no node has, and the journal has
 * as many deletions.
 */
export async function startWithMany(count: number) {
  const seeds = (repository: string) =>
    Array.from({ length: count }, (_, index) => ({
      digest: digestOf(`shop/${repository} ${index}`),
      tags: [`v${index}`],
      sizeBytes: 20_000_000 + index,
    }));
  const used = seeds('web');
  const registry = new Registry({
    accounts: [GENERATED_ACCOUNT],
    projects: [{ name: 'shop', repositories: { web: used, old: seeds('old') } }],
  });
  const images = used.map(({ digest, tags, sizeBytes }, index) =>
    imageRow({
      id: String(index).padStart(64, '0'),
      repo_tags: tags.map((tag) => `${REGISTRY}/shop/web:${tag}`),
      repo_digests: [`${REGISTRY}/shop/web@${digest}`],
      size_bytes: sizeBytes,
    }),
  );
  const containers = images
    .slice(0, 100)
    .map(({ id }, index) =>
      containerRow({ id: `c${String(index).padStart(63, '0')}`, image_ref: `sha256:${id}` }),
    );
  const journal_file = join(testFolder(), 'journal.jsonl');
  writeFileSync(journal_file, Array.from({ length: count }, (_, index) => linesOf(index)).join(''));
  const service = createService({
    harbor: { registry },
    nodes: nodesOf({
      'node-1': { images, containers },
      'node-2': { images: images.slice(1) },
    }),
    config: {
      app_config: { write_token: 'write-token' },
      harbor_config: {
        harbor_username: GENERATED_ACCOUNT.name,
        harbor_password: GENERATED_ACCOUNT.password,
      },
      delete_config: { journal_file },
    },
  });
  return service.listen();
}

function linesOf(index: number): string {
  const tag = `v${index}`;
  const more = { reference: tag, tags: [tag], digest: digestOf(`shop/gone ${index}`) };
  const id = `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
  const line = { id, ...intentOf({ ...more, request_id: `r${index}` }), time: TIME };
  return (
    journalText({ ...line, event: 'intent' }) +
    journalText({ ...line, event: 'outcome', outcome: 'deleted' })
  );
}
