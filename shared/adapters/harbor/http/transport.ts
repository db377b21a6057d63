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
      what: `the connection to ${where} broke before it was established. Check the proxy (HTTPS_PROXY) and ${host}.`,
      facts: { sent: false },
    },
    {
      sign: /ALTNAME|HOSTNAME_MISMATCH|NotValidForName|not valid for (?:the )?name/i,
      code: 'harbor_tls',
      what: `Harbor's certificate is for another name. Set ${host} to a name in it ${unchecked}`,
      facts: { sent: false },
    },
    {
      sign: /CERT_HAS_EXPIRED|CERT_NOT_YET_VALID|certificate:? ?(?:has )?(?:expired|not yet)/i,
      code: 'harbor_tls',
      what:
        "Harbor's certificate has expired or is not valid yet. Renew it, or correct the clock of this machine; " +
        `${caFile} does not help here.`,
      facts: { sent: false },
    },
    {
      sign: /WRONG_VERSION_NUMBER|wrong version number|packet length too long|EPROTO|InvalidContentType/i,
      code: 'harbor_tls',
      what: `that port does not use TLS. If it is plain HTTP, use http:// in ${host}.`,
      facts: { sent: false },
    },
    {
      sign: /self.signed|UNABLE_TO_|CERT_|DEPTH_ZERO|ERR_TLS|ERR_SSL|certificate|\bTLS\b|\bSSL\b/i,
      code: 'harbor_tls',
      what: `Harbor's certificate is not trusted. Set ${caFile} to the PEM file of the authority that signed it ${unchecked}`,
      facts: { sent: false },
    },
    {
      sign: /CONNECT_TIMEOUT|connect ETIMEDOUT/i,
      code: 'harbor_timeout',
      what: `no connection to ${where} was established in time. Check ${host} and firewalls.`,
      facts: { sent: false },
    },
    {
      // WHATWG fetch, 2.9, blocks some ports.
      sign: /bad port/i,
      code: 'harbor_unreachable',
      what: 'fetch does not allow that port. Use another one for Harbor.',
      facts: { sent: false },
    },
    {
      sign: /ENOTFOUND|EAI_|\bdns\b|name resolution|failed to lookup/i,
      code: 'harbor_unreachable',
      what: `the name in ${where} cannot be resolved. Check ${host} and DNS.`,
      facts: { sent: false },
    },
    {
      sign: /ECONNREFUSED|connection ?refused|FailedToOpenSocket|connect E(?:HOST|NET)UNREACH|tcp connect|\(Connect\)/i,
      code: 'harbor_unreachable',
      what: `the connection to ${where} was refused. Check whether Harbor is running, and the host and port in ${host}.`,
      facts: { sent: false },
    },
    {
      sign: /HEADERS_TIMEOUT|BODY_TIMEOUT|TimeoutError|ETIMEDOUT/i,
      code: 'harbor_timeout',
      what: 'Harbor stopped answering.',
      facts: { slow: true },
    },
  ];
}

const CUT: Omit<FailureMeaning, 'sign'> = {
  code: 'harbor_unreachable',
  what: 'the connection broke. Check the logs of Harbor and of any proxy in between.',
  facts: { isOutage: true },
};

function deadProxy(proxy: string): Omit<FailureMeaning, 'sign'> {
  return {
    code: 'harbor_unreachable',
    what: `the proxy ${proxy} cannot be reached. Check HTTPS_PROXY and HTTP_PROXY.`,
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
