/** The pages of deletions over a small registry, and a visitor of them. */
import { join } from 'node:path';
import { Registry } from '../../demo/harbor/registry.ts';
import type { HarborStandInOptions } from '../../demo/harbor/stand-in.ts';
import { testFolder } from './folder.ts';
import { containerRow, imageRow } from './host-rows.ts';
import { contentOf, fieldOf, linksOf } from './html.ts';
import { linesOf } from './journal.ts';
import { type NodesByName, nodesOf } from './nodes.ts';
import { createService } from './service.ts';
import { csrfOf, visitorOf } from './visitor.ts';

export const WEB = `sha256:${'1'.repeat(64)}`;
export const INDEX = `sha256:${'4'.repeat(64)}`;
export const CHILD = `sha256:${'3'.repeat(64)}`;
export const SIGNATURE = `sha256:${'5'.repeat(64)}`;
export const TRAP = `sha256:${'9'.repeat(64)}`;

const account = { name: 'keeper', password: 'keeper-password' };
const members = { keeper: 'maintainer' } as const;
export const WEB_PATH = '/ui/artifacts/team/web/v1/deletion';

function registry(): Registry {
  return new Registry({
    accounts: [{ ...account, kind: 'user' }],
    projects: [
      {
        name: 'team',
        members,
        immutableTags: ['release-*'],
        repositories: {
          web: [
            { digest: WEB, tags: ['v1'] },
            {
              digest: INDEX,
              tags: ['all', 'beta'],
              children: [{ digest: CHILD }],
              accessories: [{ type: 'signature.cosign', digest: SIGNATURE }],
            },
            { tags: ['release-1'] },
          ],
          'web/deletion': [{ digest: TRAP, tags: ['v9'] }],
          'nested/web': [{ tags: ['deletion'] }],
        },
      },
    ],
  });
}

const web = imageRow({ id: 'a'.repeat(64), repo_digests: [`r.test/team/web@${WEB}`] });
const pod = containerRow({
  namespace: 'shop',
  pod: 'web-7d9f',
  image_ref: `sha256:${'a'.repeat(64)}`,
});
const bystander = imageRow({ id: 'b'.repeat(64), repo_tags: ['x/y:1'] });
/** A pod runs `team/web:v1`. */
export const IN_USE: NodesByName = { 'node-1': { images: [web], containers: [pod] } };

export interface DeletionSetup {
  readonly nodes?: NodesByName;
  readonly harbor?: Partial<HarborStandInOptions>;
  readonly app?: object;
  /** Null: the visitor does not log in. */
  readonly token?: string | null;
}

const TOKENS = {
  write_token: { ci: 'write-token-of-test' },
  read_token: { eve: 'read-token-of-test' },
};

/** Starts the service, and logs in. */
export async function deletionPages({
  nodes,
  harbor,
  app = TOKENS,
  token = 'write-token-of-test',
}: DeletionSetup = {}) {
  const journal_file = join(testFolder(), 'journal.jsonl');
  const service = createService({
    harbor: { registry: registry(), ...harbor },
    nodes: nodesOf(nodes ?? { 'node-1': { images: [bystander] } }),
    config: {
      app_config: app,
      harbor_config: { harbor_username: account.name, harbor_password: account.password },
      delete_config: { journal_file },
    },
  });
  const { open, send, logIn } = visitorOf(service);
  if (token !== null) await logIn(token);
  const seen = async (res: Response) => {
    const html = await res.text();
    const location = res.headers.get('location') ?? '';
    return { status: res.status, html, text: contentOf(html), links: linksOf(html), location };
  };
  const show = async (path: string) => seen(await open(path));
  /** Opens a plan and sends its form; `fields` replace those of the form. */
  const confirm = async (path: string, fields: Record<string, string> = {}) => {
    const { html } = await show(path);
    const [action = ''] = path.split('?');
    const form = { csrf: csrfOf(html, action), plan: fieldOf(html, 'plan') };
    return seen(await send(action, { ...form, ...fields }));
  };
  const deletes = () => (service.standIn?.calls ?? []).filter(({ method }) => method === 'DELETE');
  const post = async (path: string, fields: Record<string, string>) =>
    seen(await send(path, fields));
  return { ...service, show, confirm, post, deletes, journal: () => linesOf(journal_file) };
}
