import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { bodyOf } from '../support/body.ts';
import { createCleanupService, WRITE } from '../support/cleanup.ts';
import { testFolder } from '../support/folder.ts';
import { allows, type JsonSchema } from '../support/json-schema.ts';

interface Document {
  readonly paths: Record<
    string,
    Record<
      string,
      { readonly parameters: readonly { name: string; description: string; schema: JsonSchema }[] }
    >
  >;
  readonly components: { readonly schemas: Record<string, JsonSchema> };
}

const { paths, components } = JSON.parse(
  readFileSync(new URL('../../functions/openapi-document.json', import.meta.url), 'utf8'),
) as Document;
const isAllowed = allows(components.schemas);

const DIGEST = `sha256:${'1'.repeat(64)}`;
const ARTIFACT = '/harbor/artifacts/{project}/{repository}/{reference}';
const SECRET = `whsec_${btoa('a secret of 32 bytes for the test')}`;

function service() {
  const { get } = createCleanupService({
    artifacts: [{ digest: DIGEST, tags: ['v1'] }],
    config: {
      app_config: { write_token: WRITE },
      delete_config: { journal_file: join(testFolder(), 'journal.jsonl') },
      webhook_config: { invoke_secret: SECRET },
    },
  });
  const refusal = async (path: string, init: RequestInit = {}) => {
    const headers = { authorization: `Bearer ${WRITE}`, 'content-type': 'application/json' };
    const answer = await get(path, { ...init, headers: { ...headers, ...init.headers } });
    const { errors = [] } = await bodyOf<{ errors?: readonly { parameter: string }[] }>(answer);
    return { status: answer.status, parameters: errors.map(({ parameter }) => parameter) };
  };
  const signed = (body: string) => {
    const at = new Date();
    return {
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new Webhook(SECRET).sign('msg_1', at, body),
    };
  };
  return { refusal, signed };
}

const parameterOf = (operation: string, wanted: string) => {
  const [method = '', path = ''] = operation.split(' ');
  const found = paths[path]?.[method.toLowerCase()]?.parameters.find(({ name }) => name === wanted);
  if (found === undefined) throw new Error(`${operation} has no parameter ${wanted}`);
  return found;
};

const called = (operation: string, reference = 'v1') =>
  operation
    .slice(operation.indexOf('/'))
    .replace('{project}', 'shop')
    .replace('{repository}', 'web')
    .replace('{reference}', reference);

describe('a parameter with a 422', () => {
  it.each([
    ['GET /harbor/unused', 'older_than', '1y'],
    ['GET /harbor/unused', 'older_than', '-1d'],
    ['GET /harbor/unused', 'project', 'Shop'],
    ['GET /harbor/unused', 'sort', 'colour'],
    ['GET /drift', 'status', 'lost'],
    ['GET /journal', 'outcome', 'lost'],
    ['GET /journal', 'since', 'yesterday'],
    [`DELETE ${ARTIFACT}`, 'reason', ''],
    [`DELETE ${ARTIFACT}`, 'reason', 'two\nlines'],
  ])('is refused by the schema too: %s %s=%s', async (operation, name, value) => {
    const { refusal } = service();
    const query = new URLSearchParams({ [name]: value });
    const method = operation.split(' ')[0] as string;

    expect(await refusal(`${called(operation)}?${query}`, { method })).toEqual({
      status: 422,
      parameters: [name],
    });
    expect(isAllowed(parameterOf(operation, name).schema, value)).toBe(false);
  });

  it.each([
    ['page', 0],
    ['page', 1_000_000_001],
    ['page_size', 1001],
  ])('is refused by the schema too: %s=%d', async (name, value) => {
    const { status } = await service().refusal(`/nodes?${name}=${value}`);

    expect(status).toBe(422);
    expect(isAllowed(parameterOf('GET /nodes', name).schema, value)).toBe(false);
  });

  it.each([
    ['GET /harbor/unused', 'older_than', 'older_than=99999999w', 'At most 100 years'],
    ['GET /drift', 'node', 'node=nobody', 'a name that no node has is refused'],
    [
      `DELETE ${ARTIFACT}`,
      'reason',
      'force=true',
      'Required with force=true once there is a journal',
    ],
    [`DELETE ${ARTIFACT}`, 'tag_only', 'tag_only=true', 'needs a tag as reference', DIGEST],
    [
      `GET ${ARTIFACT}/deletion-plan`,
      'tag_only',
      'tag_only=true',
      'needs a tag as reference',
      DIGEST,
    ],
  ])(
    'is described, if no schema can refuse it: %s %s',
    async (operation, name, query, text, ...reference) => {
      const method = operation.split(' ')[0] as string;
      const path = `${called(operation, ...reference)}?${query}`;

      expect(await service().refusal(path, { method })).toEqual({
        status: 422,
        parameters: [name],
      });
      expect(parameterOf(operation, name).description).toContain(text);
    },
  );

  it.each([
    [`DELETE ${ARTIFACT}`, 'v1', 'Digest that the reference must have, in double quotes'],
    [`DELETE ${ARTIFACT}`, '"plan-1", "plan-2"', 'the ETag of a deletion plan'],
    ['POST /harbor/cleanup', `"${DIGEST}"`, 'of a cleanup: the ETag of its plan'],
  ])('is described, if it is If-Match: %s %s', async (operation, tag, text) => {
    const method = operation.split(' ')[0] as string;
    const body = JSON.stringify({ policy: { keep_newest: 1 }, apply: true });
    const init = { method, headers: { 'if-match': tag }, ...(method === 'POST' && { body }) };

    expect(await service().refusal(called(operation), init)).toEqual({
      status: 422,
      parameters: ['If-Match'],
    });
    expect(parameterOf(operation, 'If-Match').description).toContain(text);
  });
});

describe('a policy with a 422', () => {
  it.each([
    [{}],
    [{ untagged: true }],
    [{ tags: [] }],
    [{ keep_newest: 1, untagged: 'only' }],
    [{ keep_newest: 0 }],
    [{ tags: ['a?'] }],
    [{ older_than: '1y' }],
    [{ older_than: '1d', unknown: 1 }],
    [{ older_than: '1d', reason: '' }],
    [{ older_than: '1d', max_deletions: 0 }],
  ])('is refused by the schema too: %j', async (policy) => {
    const body = { policy };
    const init = { method: 'POST', body: JSON.stringify(body) };

    expect((await service().refusal('/harbor/cleanup', init)).status).toBe(422);
    expect(isAllowed({ $ref: '#/components/schemas/CleanupRequest' }, body)).toBe(false);
  });

  it.each([
    [{ untagged: 'only' }],
    [{ keep_newest: 1 }],
    [{ keep_newest: 1, untagged: true }],
    [{ tags: ['ci-*'], untagged: 'only' }],
    [{ older_than: '4w', tags: [] }],
  ])('differs from one that both allow: %j', async (policy) => {
    const body = { policy };
    const init = { method: 'POST', body: JSON.stringify(body) };

    expect((await service().refusal('/harbor/cleanup', init)).status).toBe(200);
    expect(isAllowed({ $ref: '#/components/schemas/CleanupRequest' }, body)).toBe(true);
  });

  it('is described, if no schema can refuse it', async () => {
    const body = JSON.stringify({ policy: { older_than: '99999999w' } });
    const { refusal } = service();

    expect(await refusal('/harbor/cleanup', { method: 'POST', body })).toEqual({
      status: 422,
      parameters: ['policy.older_than'],
    });
    expect(components.schemas['Policy']).toHaveProperty(
      'properties.older_than.description',
      expect.stringContaining('At most 100 years'),
    );
  });
});

describe('an invocation with a 422', () => {
  it.each([
    [
      'delete-harbor-artifact',
      'DeleteHarborArtifactInvocation',
      'if_match',
      { reference: 'v1' },
      'required',
    ],
    [
      'delete-harbor-artifact',
      'DeleteHarborArtifactInvocation',
      'tag_only',
      { reference: DIGEST, tag_only: true },
      'needs a tag as reference',
    ],
    [
      'delete-harbor-artifact',
      'DeleteHarborArtifactInvocation',
      'reason',
      { reference: DIGEST, force: true },
      'Required with force=true',
    ],
    ['drift', 'DriftInvocation', 'node', { node: 'nobody' }, 'a name that no node has is refused'],
    [
      'harbor-unused',
      'HarborUnusedInvocation',
      'older_than',
      { older_than: '99999999w' },
      'At most 100 years',
    ],
  ])('is described: %s %s %s', async (name, schema, parameter, members, text) => {
    const { refusal, signed } = service();
    const artifact = 'reference' in members ? { project: 'shop', repository: 'web' } : {};
    const body = JSON.stringify({ ...artifact, ...members });

    expect(
      await refusal(`/webhooks/${name}`, { method: 'POST', body, headers: signed(body) }),
    ).toEqual({ status: 422, parameters: [parameter] });
    expect(components.schemas[schema]).toHaveProperty(
      `properties.${parameter}.description`,
      expect.stringContaining(text),
    );
  });
});
