/** The configuration keys of a bridge, as messages name them. */

export interface BridgeKeys {
  /** `bridge_config.bridge_url` */
  readonly url: string;
  /** `bridge_config.bridge_token` */
  readonly token: string;
  /** `bridge_config.bridge_ca_file`; null where the runtime, not the configuration, says which authorities are trusted. */
  readonly caFile: string | null;
}
