/** The secrets of the contract suite's deployments, and requests signed with them. */
import { Webhook } from 'standardwebhooks';
import type { Deployment } from './cases/case.ts';

export const READ_TOKEN = 'read-token-of-the-suite';
export const WRITE_TOKEN = 'write-token-of-the-suite';
export const HARBOR_WEBHOOK_TOKEN = 'Bearer harbor-token-of-the-suite';
const INVOKE_SECRET = 'whsec_c2VjcmV0IG9mIHRoZSBjb250cmFjdCBzdWl0ZQ==';

const WEBHOOKS = { HARBOR_WEBHOOK_TOKEN, INVOKE_SECRET };

/** The same in every deployment, so that a session of one is a session of all. */
const SESSION_KEY = 'session-key-of-the-suite-of-32-or-more';

const open = { PUBLIC_READS: 'true', WRITE_TOKEN, SESSION_KEY, ...WEBHOOKS };

/** What the deployments differ in. */
export function environmentOf(deployment: Deployment): Readonly<Record<string, string>> {
  return deployment in ENVIRONMENTS ? ENVIRONMENTS[deployment as keyof typeof ENVIRONMENTS] : open;
}

const ENVIRONMENTS = {
  open,
  partial: open,
  impatient: {
    ...open,
    HARBOR_TIMEOUT_MS: '200',
    BRIDGE_TIMEOUT_MS: '200',
    NODE_TIMEOUT_MS: '200',
  },
  guarded: { READ_TOKEN, WRITE_TOKEN, SESSION_KEY, ALLOWED_HOSTS: 'allowed.example', ...WEBHOOKS },
  bare: {},
} as const;

let messages = 0;

/** The headers of a body that was signed the Standard Webhooks way, by their own library. */
export function signed(body: string): Record<string, string> {
  messages += 1;
  const id = `message-${messages}`;
  const now = new Date();
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
    'webhook-signature': new Webhook(INVOKE_SECRET).sign(id, now, body),
  };
}
