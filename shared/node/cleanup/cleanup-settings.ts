/** The settings of the program that cleans up: its own variables, and the app's socket or token. */
import {
  isLoopbackHost,
  webUrl,
  withoutSlashes,
} from '../../values/configuration/address-values.ts';
import { ConfigurationError } from '../configuration/configuration-error.ts';
import { type LoadOptions, loadConfiguration } from '../configuration/load-configuration.ts';

/** Where the service listens. */
export type CleanupTarget =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'url'; readonly url: string; readonly token: string | null };

export interface CleanupSettings {
  readonly target: CleanupTarget;
  /** The name of a policy in the configuration of the service. */
  readonly policy: string;
  /** True if the plan is applied. */
  readonly apply: boolean;
  /** For the journal. */
  readonly reason: string;
}

/**
 * Reads `CLEANUP_POLICY`, `CLEANUP_APPLY`, `CLEANUP_REASON` and `CLEANUP_URL`. Without a URL, the service is
 * called over `app_config.local_socket`, otherwise with `app_config.write_token`.
 * @throws ConfigurationError
 */
export function cleanupSettings(options: LoadOptions): CleanupSettings {
  const { configuration } = loadConfiguration({ ...options, sections: ['app_config'] });
  const { local_socket, write_token } = configuration.app_config;
  const { CLEANUP_POLICY, CLEANUP_APPLY, CLEANUP_REASON, CLEANUP_URL } = options.env;
  const problems: string[] = [];
  const apply = flagOf(CLEANUP_APPLY);
  if (!CLEANUP_POLICY) {
    problems.push('CLEANUP_POLICY: expected the name of a policy of cleanup_config.policies');
  }
  if (apply === null) problems.push('CLEANUP_APPLY: expected true or false');
  const target: CleanupTarget | null = CLEANUP_URL
    ? urlTarget(CLEANUP_URL, write_token[0]?.token ?? null)
    : local_socket === null
      ? null
      : { kind: 'unix', path: local_socket };
  if (target === null) {
    problems.push(
      CLEANUP_URL
        ? 'CLEANUP_URL: expected an https URL (http only to loopback) without user info and query'
        : 'app_config.local_socket: expected the socket of the service; or set CLEANUP_URL to its URL',
    );
  }
  if (problems.length > 0 || target === null) throw new ConfigurationError(problems, []);
  return {
    target,
    policy: CLEANUP_POLICY ?? '',
    apply: apply ?? false,
    reason: CLEANUP_REASON || 'image-api-cleanup',
  };
}

function flagOf(text = ''): boolean | null {
  if (/^(?:true|1|yes|on)$/i.test(text)) return true;
  return /^(?:false|0|no|off|)$/i.test(text) ? false : null;
}

function urlTarget(text: string, token: string | null): CleanupTarget | null {
  const url = webUrl(text);
  if (url === undefined) return null;
  // The token must not be sent in plain text.
  if (url.protocol === 'http:' && !isLoopbackHost(url.hostname)) return null;
  return { kind: 'url', url: withoutSlashes(url.href), token };
}
