/**
 * Key names of other versions of the old service. Only files can hold them, so only what reads a
 * file needs this module.
 */
import { isRecord } from '../is-record.ts';

type Place = readonly [section: string, key: string];

/** Old place → place today. Where several lead to one key, the first that is set wins. */
const MOVED: readonly (readonly [old: Place, now: Place])[] = [
  [
    ['app_config', 'host'],
    ['app_config', 'app_host'],
  ],
  [
    ['app_config', 'port'],
    ['app_config', 'app_port'],
  ],
  [
    ['app_config', 'debug'],
    ['app_config', 'app_debug'],
  ],
  [
    ['app_config', 'log_level_app'],
    ['app_config', 'log_level'],
  ],
  [
    ['app_config', 'log_level_file_handler'],
    ['app_config', 'log_level'],
  ],
  [
    ['', 'log_file'],
    ['app_config', 'log_file'],
  ],
  [
    ['', 'log_max_bytes'],
    ['app_config', 'log_max_bytes'],
  ],
  [
    ['', 'log_backup_count'],
    ['app_config', 'log_backup_count'],
  ],
  [
    ['', 'app_host'],
    ['app_config', 'app_host'],
  ],
  [
    ['', 'app_port'],
    ['app_config', 'app_port'],
  ],
  [
    ['', 'app_debug'],
    ['app_config', 'app_debug'],
  ],
  [
    ['', 'app_log_level'],
    ['app_config', 'log_level'],
  ],
  [
    ['', 'file_handler_log_level'],
    ['app_config', 'log_level'],
  ],
  [
    ['', 'jsonify_prettyprint_regular'],
    ['app_config', 'jsonify_prettyprint_regular'],
  ],
  [
    ['harbor_config', 'url'],
    ['harbor_config', 'harbor_host'],
  ],
  [
    ['harbor_config', 'user'],
    ['harbor_config', 'harbor_username'],
  ],
  [
    ['harbor_config', 'password'],
    ['harbor_config', 'harbor_password'],
  ],
  [
    ['crictl_config', 'ignore_file_path'],
    ['', 'ignore_file_path'],
  ],
];

/** Keys of the old service that mean nothing here: lists are complete, whatever Harbor's page size. */
const WITHOUT_EFFECT: readonly Place[] = [
  ['harbor_config', 'project_name'],
  ['harbor_config', 'page_size'],
];

/** Ended with the rule it switched: the owner of a loopback connection proves nothing behind a port forward. */
const LOCAL_WRITES: Place = ['app_config', 'local_writes'];
export const LOCAL_WRITES_WARNING =
  'local_writes has no effect; set app_config.local_socket to delete on this machine, or app_config.write_token';

/**
 * The content of config.json with today's key names, and one warning for each old one. What is not
 * an object is left as it is, for the parser to complain about.
 * @param sections the sections in use; old names that lead into others are left alone, silently
 */
export function renameOldKeys(
  file: unknown,
  sections?: readonly string[],
): { readonly file: unknown; readonly warnings: readonly string[] } {
  if (!isRecord(file)) return { file, warnings: [] };
  const warnings: string[] = [];
  const root: Record<string, unknown> = { ...file };
  const used = (section: string) =>
    section === '' || sections === undefined || sections.includes(section);

  const take = ([section, key]: Place): unknown => {
    const home = section === '' ? root : root[section];
    if (!isRecord(home) || !Object.hasOwn(home, key)) return undefined;
    const { [key]: value, ...rest } = home;
    if (section === '') delete root[key];
    else root[section] = rest;
    return value;
  };
  /** Sets a key that is not there yet; says whether it did. */
  const put = ([section, key]: Place, value: unknown): boolean => {
    const home = section === '' ? root : (root[section] ?? {});
    if (!isRecord(home) || Object.hasOwn(home, key)) return false;
    if (section === '') root[key] = value;
    else root[section] = { ...home, [key]: value };
    return true;
  };

  for (const [old, now] of MOVED) {
    const value = take(old);
    if (value === undefined || !used(now[0])) continue;
    const done = put(now, value);
    warnings.push(
      done
        ? `${nameOf(old)} is an old name; the new one is ${nameOf(now)}`
        : `${nameOf(old)} is an old name and has no effect, as ${nameOf(now)} is set already`,
    );
  }
  const idle = WITHOUT_EFFECT.filter((place) => used(place[0]) && take(place) !== undefined);
  if (idle.length > 0) {
    warnings.push(`${idle.map(nameOf).join(' and ')}: without effect; lists are always complete`);
  }
  if (take(LOCAL_WRITES) !== undefined && used(LOCAL_WRITES[0])) {
    warnings.push(LOCAL_WRITES_WARNING);
  }
  // A section that held nothing but old names leaves nothing to complain about.
  return { file: root, warnings };
}

const nameOf = ([section, key]: Place) => (section === '' ? key : `${section}.${key}`);
