import { describe, expect, it } from 'vitest';
import { apiError } from '../../demo/harbor/answer.ts';
import {
  artifactsWith,
  BYSTANDER,
  type CleanupOptions,
  createCleanupService,
  pulled,
  READ,
  running,
  WRITE,
} from '../support/cleanup.ts';
import { unreachable } from '../support/nodes.ts';
import { browserOf } from '../support/visitor.ts';

const FOUR = artifactsWith(['v1'], ['v2'], ['v3'], ['v4']);
const ALL = '/ui/cleanup?tags=*';

/** A service in which a node runs v2 and has v3, and someone who may delete. */
async function cleanup(options: Partial<CleanupOptions> = {}, token = WRITE) {
  const image = pulled(2);
  const service = createCleanupService({
    artifacts: FOUR,
    nodes: {
      'node-1': { images: [BYSTANDER] },
      'node-2': { images: [image, pulled(3)], containers: [running(image)] },
    },
    ...options,
  });
  const browser = browserOf(service.get);
  await browser.logIn(token);
  return { ...service, ...browser };
}

describe('GET /ui/cleanup', () => {
  it('has the configured policies in words, and a field with a label for each member', async () => {
    const policies = {
      previews: { projects: ['*', '!archive'], tags: ['pr-*'], older_than: '7d', untagged: true },
    };
    const { open } = await cleanup({ config: { cleanup_config: { policies } } });
    const { status, html, text } = await open('/ui/cleanup');

    expect(status).toBe(200);
    expect(html).toContain('href="/ui/cleanup?policy=previews"');
    expect(text).toContain(
      'Artifacts whose tags all match pr-*, and artifacts without a tag, in projects that match *, and not archive, neither pushed nor pulled for 7d.',
    );
    expect([...html.matchAll(/<label for="policy-(\w+)"/g)].map(([, name]) => name)).toEqual([
      'projects',
      'repositories',
      'tags',
      'untagged',
      'older_than',
      'keep_newest',
      'max_deletions',
      'max_bytes',
      'reason',
    ]);
  });

  it('shows the plan: what may go, what that frees, what is kept and why', async () => {
    const { open, standIn } = await cleanup();
    const { status, text } = await open(ALL);

    expect(status).toBe(200);
    expect(text).toContain('2 artifacts may be deleted');
    expect(text).toContain('Frees up to 5kB');
    expect(text).toMatch(/shop\/web:v1 .* shop\/web:v4 /);
    expect(text).toContain('1 A container uses it, or a node needs it');
    expect(text).toContain('It is used by shop/web-7d9f (container app, running) on node-2.');
    expect(text).toContain('1 A node has it, although no container uses it');
    expect(standIn?.deletions).toEqual([]);
  });

  it('draws the bytes by repository, and has the same figures in a table', async () => {
    const { open } = await cleanup();
    const { html, text } = await open(ALL);

    expect(html).toContain('<title>shop/web: 2 artifacts, 5kB</title>');
    expect(html).not.toContain('style=');
    expect(text).toMatch(/Candidates by repository .* shop\/web 2 5kB/);
  });

  it('shows a configured policy by its name, and lets it be changed', async () => {
    const policies = { nightly: { keep_newest: 3, repositories: ['shop/*', '!shop/db'] } };
    const { open } = await cleanup({ config: { cleanup_config: { policies } } });
    const { html, text } = await open('/ui/cleanup?policy=nightly');

    expect(text).toContain('nightly: Artifacts with any tags');
    expect(html).toMatch(/name="repositories"[^>]*value="shop\/\* !shop\/db"/);
    expect(html).toMatch(/name="keep_newest"[^>]*value="3"/);
    expect((await open('/ui/cleanup?policy=constructor')).status).toBe(404);
  });

  it('has a hundred candidates a page, in an address that keeps the policy', async () => {
    const artifacts = artifactsWith(...Array.from({ length: 9 }, (_, index) => [`v${index}`]));
    const { open } = await cleanup({ artifacts, nodes: { 'node-1': { images: [BYSTANDER] } } });
    const { html, text } = await open(`${ALL}&page=2&page_size=4`);

    expect(text).toContain('5 to 8 of 9');
    expect(html).toContain('href="/ui/cleanup?tags=*&amp;page=3&amp;page_size=4"');
    expect(text).toContain('Delete 9 artifacts');
  });

  it.each([
    ['tags=v?', 'tags', 'an array of patterns of tags'],
    ['older_than=30', 'older_than', 'expected a duration such as 45m'],
    ['keep_newest=0', 'keep_newest', 'expected an integer of 1 or more'],
    ['keep_newest=many', 'keep_newest', 'expected an integer of 1 or more'],
    ['tags=*&untagged=maybe', 'untagged', 'expected true, false or "only"'],
  ])('says at the field what is wrong with %s', async (query, member, message) => {
    const { open } = await cleanup();
    const { status, html, text } = await open(`/ui/cleanup?${query}`);

    expect(status).toBe(422);
    expect(html).toMatch(new RegExp(`name="${member}"[^>]*aria-invalid="true"`));
    expect(text).toContain(message);
  });

  it('says what an empty form needs, and refuses a misspelt parameter', async () => {
    const { open } = await cleanup();
    const empty = await open('/ui/cleanup?projects=&tags=&reason=');
    const misspelt = await open('/ui/cleanup?tags=*&project=shop');

    expect(empty.status).toBe(422);
    expect(empty.text).toMatch(/Which artifacts .* This policy chooses nothing yet\. .* Tags/);
    expect(empty.html).toMatch(/name="tags"[^>]* autofocus/);
    expect(misspelt.status).toBe(422);
    expect(misspelt.text).toContain('project: unknown');
  });

  it('says that nothing is to be deleted, and why', async () => {
    const { open } = await cleanup();
    const kept = await open('/ui/cleanup?keep_newest=9');
    const none = await open('/ui/cleanup?tags=*&projects=nothing-like-it*');

    expect(kept.text).toContain('Everything that the policy covers is kept.');
    expect(kept.text).toContain('It is one of the newest of its repository');
    expect(none.text).toContain('The policy covers no artifacts.');
    expect(kept.html).not.toContain('name="confirmation"');
  });

  it('names the nodes that cannot be read, keeps the form, and makes no plan', async () => {
    const nodes = { 'node-1': { images: [BYSTANDER] }, 'node-2': unreachable('node-2') };
    const { open } = await cleanup({ nodes });
    const { status, html, text } = await open(ALL);

    expect(status).toBe(409);
    expect(text).toContain('It is unknown what is in use on node-2.');
    expect(text).toContain('make the plan again');
    expect(html).toMatch(/name="tags"[^>]*value="\*"/);
    expect(html).not.toContain('name="confirmation"');
  });

  it('says that Harbor fails, and keeps the form', async () => {
    const answer = apiError(500, 'UNKNOWN', 'internal server error');
    const { open } = await cleanup({ faults: () => ({ answer }) });
    const { status, html, text } = await open(ALL);

    expect(status).toBe(502);
    expect(text).toContain('harbor_error');
    expect(html).toMatch(/name="tags"[^>]*value="\*"/);
  });
});

describe('someone who may not delete', () => {
  it('sees the plan, and where to log in, but no form that deletes', async () => {
    const { open } = await cleanup({}, READ);
    const { status, html, text } = await open(ALL);

    expect(status).toBe(200);
    expect(text).toContain('You can see this plan, but you may not apply it.');
    expect(html).toContain('/ui/login?next=%2Fui%2Fcleanup%3Ftags%3D*');
    expect(html).not.toContain('name="confirmation"');
  });

  it('learns what to set where nobody may delete', async () => {
    const { get } = createCleanupService({ artifacts: FOUR, config: { app_config: {} } });
    const { open } = browserOf(get);

    expect((await open(ALL)).text).toContain('Deleting is not set up.');
  });
});
