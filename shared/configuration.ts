/** STUB types, being implemented. */
import type { LogLevel } from './logger.ts';

/** A secret with the name that the log may show. A plain string in the file gets its key's name (`read_token`). */
export interface NamedToken {
  readonly name: string;
  readonly token: string;
}

export type Address =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number };

/** Where a bridge is reached: a unix socket path or a base URL without a trailing slash. */
export type BridgeUrl =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'url'; readonly url: string };

/** The parsed configuration: sections and keys as in config.json, values that cannot be wrong. */
export interface Configuration {
  readonly ignore_file_path: string;
  readonly app_config: {
    readonly log_file: string;
    readonly log_max_bytes: number;
    readonly log_backup_count: number;
    readonly log_level: LogLevel;
    readonly app_host: string;
    readonly app_port: number;
    readonly app_debug: boolean;
    readonly jsonify_prettyprint_regular: boolean;
    readonly read_token: readonly NamedToken[];
    readonly write_token: readonly NamedToken[];
    readonly local_writes: boolean;
    readonly allowed_hosts: readonly string[];
  };
  readonly harbor_config: {
    /** Base URL without a trailing slash (`https://harbor.example.org`, may have a path); null: not configured. */
    readonly harbor_host: string | null;
    readonly harbor_username: string;
    readonly harbor_password: string;
    readonly verify_ssl: boolean;
    readonly ca_file: string | null;
    readonly harbor_timeout_ms: number;
    readonly harbor_concurrency: number;
    readonly harbor_max_rows: number;
  };
  readonly crictl_config: {
    readonly crictl_path: string | null;
    readonly crictl_sudo: boolean | 'auto';
    readonly crictl_runtime_endpoint: string | null;
    readonly crictl_timeout_ms: number;
    readonly crictl_max_age_ms: number;
  };
  readonly delete_config: { readonly delete_guard: 'on' | 'off' | 'auto' };
  readonly bridge_config: {
    readonly bridge_url: BridgeUrl | null;
    readonly bridge_token: string | null;
    readonly bridge_listen: Address;
    readonly bridge_tls_cert: string | null;
    readonly bridge_tls_key: string | null;
    readonly bridge_ca_file: string | null;
    readonly bridge_allow_plaintext: boolean;
  };
  readonly webhook_config: {
    readonly harbor_webhook_token: string | null;
    readonly invoke_secret: readonly string[];
    readonly notify_url: string | null;
    readonly notify_secret: string | null;
    readonly registry_aliases: readonly string[];
  };
  readonly router_config: {
    readonly function_urls: Readonly<Record<string, string>>;
    readonly function_timeout_ms: number;
  };
}
