/**
 * The meaning of a rejected `fetch`. Node (undici) and Bun have codes, workerd and Deno only messages.
 * Both are read, but not quoted, because Deno's contain the URL.
 */

import type { ProblemCode } from '../../../values/problem.ts';
import { type CallName, type FailureFacts, HarborProblem } from './failure.ts';
import type { SettingNames } from './options.ts';

interface FailureMeaning {
  /** Matched against the codes and messages of the error and its causes. */
  readonly sign: RegExp;
  readonly code: ProblemCode;
  readonly what: string;
  readonly facts: Partial<FailureFacts>;
}

/** The target of the call. */
interface Target {
  /** Base URL of Harbor. */
  readonly base: string;
  readonly settings: SettingNames;
}

/** The first match wins, so failures of requests that were certainly not sent come first. */
function meanings(where: string, settings: SettingNames): readonly FailureMeaning[] {
  const { host, caFile, verifyTls } = settings;
  const unchecked = `(or ${verifyTls} to false, which accepts any certificate).`;
  return [
    {
      sign: /before secure TLS|Proxy response|Secure Proxy/i,
      code: 'harbor_unreachable',
      what: `Check the proxy (HTTPS_PROXY) and ${host}. The connection to ${where} broke before it was established.`,
      facts: { sent: false },
    },
    {
      sign: /ALTNAME|HOSTNAME_MISMATCH|NotValidForName|not valid for (?:the )?name/i,
      code: 'harbor_tls',
      what: `Set ${host} to a name in Harbor's certificate ${unchecked} It is for another name.`,
      facts: { sent: false },
    },
    {
      sign: /CERT_HAS_EXPIRED|CERT_NOT_YET_VALID|certificate:? ?(?:has )?(?:expired|not yet)/i,
      code: 'harbor_tls',
      what:
        "Renew Harbor's certificate, or correct the clock of this machine; " +
        `${caFile} does not help here. The certificate has expired or is not valid yet.`,
      facts: { sent: false },
    },
    {
      sign: /WRONG_VERSION_NUMBER|wrong version number|packet length too long|EPROTO|InvalidContentType/i,
      code: 'harbor_tls',
      what: `Use http:// in ${host} if its port is plain HTTP. That port does not use TLS.`,
      facts: { sent: false },
    },
    {
      sign: /self.signed|UNABLE_TO_|CERT_|DEPTH_ZERO|ERR_TLS|ERR_SSL|certificate|\bTLS\b|\bSSL\b/i,
      code: 'harbor_tls',
      what: `Set ${caFile} to the PEM file of the authority that signed Harbor's certificate ${unchecked} It is not trusted.`,
      facts: { sent: false },
    },
    {
      sign: /CONNECT_TIMEOUT|connect ETIMEDOUT/i,
      code: 'harbor_timeout',
      what: `Check ${host} and firewalls. No connection to ${where} was established in time.`,
      facts: { sent: false },
    },
    {
      // WHATWG fetch, 2.9, blocks some ports.
      sign: /bad port/i,
      code: 'harbor_unreachable',
      what: 'Use another port for Harbor. fetch does not allow that one.',
      facts: { sent: false },
    },
    {
      sign: /ENOTFOUND|EAI_|\bdns\b|name resolution|failed to lookup/i,
      code: 'harbor_unreachable',
      what: `Check ${host} and DNS. The name in ${where} cannot be resolved.`,
      facts: { sent: false },
    },
    {
      sign: /ECONNREFUSED|connection ?refused|FailedToOpenSocket|connect E(?:HOST|NET)UNREACH|tcp connect|\(Connect\)/i,
      code: 'harbor_unreachable',
      what: `Check whether Harbor is running, and the host and port in ${host}. The connection to ${where} was refused.`,
      facts: { sent: false },
    },
    {
      sign: /HEADERS_TIMEOUT|BODY_TIMEOUT|TimeoutError|ETIMEDOUT/i,
      code: 'harbor_timeout',
      what: 'Check the load of Harbor and of its database. Harbor stopped answering.',
      facts: { slow: true },
    },
  ];
}

const CUT: Omit<FailureMeaning, 'sign'> = {
  code: 'harbor_unreachable',
  what: 'Check the logs of Harbor and of any proxy in between. The connection broke.',
  facts: { isOutage: true },
};

function deadProxy(proxy: string): Omit<FailureMeaning, 'sign'> {
  return {
    code: 'harbor_unreachable',
    what: `Check HTTPS_PROXY and HTTP_PROXY. The proxy ${proxy} cannot be reached.`,
    facts: { sent: false },
  };
}

/** The host and port of the proxy that a `fetch` could not reach; null if it does not tell one. */
function proxyOf(err: unknown): string | null {
  const cause = err instanceof Error ? err.cause : null;
  return cause instanceof Error && 'proxy' in cause ? String(cause.proxy) : null;
}

/** The host and port of a URL. */
function hostWithPort(base: string): string {
  const { protocol, host, port } = new URL(base);
  return port === '' ? `${host}:${protocol === 'https:' ? 443 : 80}` : host;
}

/** The problem of a call whose `fetch` or body was rejected with `err`. */
export function transportProblem(
  call: CallName,
  err: unknown,
  { base, settings }: Target,
): HarborProblem {
  const proxy = proxyOf(err);
  const signs = signsOf(err);
  const known =
    proxy === null
      ? meanings(hostWithPort(base), settings).find(({ sign }) => sign.test(signs))
      : deadProxy(proxy);
  const { code, what, facts } = known ?? CUT;
  return new HarborProblem(call, code, what, { facts, cause: err });
}

/** Codes and messages of an error, its causes and its parts, without URLs. */
function signsOf(err: unknown, depth = 0): string {
  if (!(err instanceof Error) || depth > 4) return '';
  const code = 'code' in err && typeof err.code === 'string' ? err.code : '';
  const parts = err instanceof AggregateError ? err.errors : [];
  const own = `${err.name} ${code} ${err.message.replace(/https?:\/\/\S+/g, '')}`;
  return [own, ...[err.cause, ...parts].map((part) => signsOf(part, depth + 1))].join('\n');
}
