/** The keys of config.json and their environment variables. */

/** The variables of keys whose names in capitals say too little, or are those of another key. */
const OWN_VARIABLES: Readonly<Record<string, string>> = {
  'ui_config.enabled': 'UI_ENABLED',
  'metrics_config.refresh_ms': 'METRICS_REFRESH_MS',
  'metrics_config.max_age_ms': 'METRICS_MAX_AGE_MS',
};

/**
 * The environment variable of a key; on the edge, the name of its binding.
 * @param name `section.key`, or the key alone at the top level
 */
export function variableOf(name: string): string {
  return OWN_VARIABLES[name] ?? name.slice(name.indexOf('.') + 1).toUpperCase();
}

/** A key of config.json. */
export interface ConfigurationKey {
  /** `''` is the top level. */
  readonly section: string;
  readonly key: string;
  /** Its environment variable. */
  readonly variable: string;
}

/** The keys of sections, in their order. `''` is the top level. */
export function keysOf(
  sections: Readonly<Record<string, readonly string[]>>,
): readonly ConfigurationKey[] {
  return Object.entries(sections).flatMap(([section, keys]) =>
    keys.map((key) => ({ section, key, variable: variableOf(`${section}.${key}`) })),
  );
}
