/**
 * Key names of the old service and of earlier versions of this one. Only a file can contain them, so only the code that
 * reads files uses this module.
 */
import { isRecord } from '../is-record.ts';

/** Old name → new name. If several old names of one key are set, the first wins. */
const MOVED: readonly (readonly [old: string, now: string])[] = [
  ['app_config.host', 'app_config.app_host'],
  ['app_config.port', 'app_config.app_port'],
  ['app_config.debug', 'app_config.app_debug'],
  ['app_config.log_level_app', 'app_config.log_level'],
  ['app_config.log_level_file_handler', 'app_config.log_level'],
  ['log_file', 'app_config.log_file'],
  ['log_max_bytes', 'app_config.log_max_bytes'],
  ['log_backup_count', 'app_config.log_backup_count'],
  ['app_host', 'app_config.app_host'],
  ['app_port', 'app_config.app_port'],
  ['app_debug', 'app_config.app_debug'],
  ['app_log_level', 'app_config.log_level'],
  ['file_handler_log_level', 'app_config.log_level'],
  ['jsonify_prettyprint_regular', 'app_config.jsonify_prettyprint_regular'],
  ['harbor_config.url', 'harbor_config.harbor_host'],
  ['harbor_config.user', 'harbor_config.harbor_username'],
  ['harbor_config.password', 'harbor_config.harbor_password'],
  ['webhook_config.registry_aliases', 'harbor_config.registry_aliases'],
  ['crictl_config.ignore_file_path', 'ignore_file_path'],
];

/** Keys of the old service without a meaning here: lists are always complete. */
const WITHOUT_EFFECT = ['harbor_config.project_name', 'harbor_config.page_size'];

/** It let the owner of a loopback connection delete, which proves nothing behind a port forward. */
const LOCAL_WRITES = 'app_config.local_writes';
export const LOCAL_WRITES_WARNING =
  'local_writes has no effect; to delete without a token on this machine set app_config.local_socket, or set app_config.write_token';

/**
 * The content of config.json with the new key names, and one warning for each old one. A value that is
 * not an object remains, and the parser reports it.
 * @param sections the sections in use; old names of keys in other sections give no warning
 */
export function renameOldKeys(
  file: unknown,
  sections?: readonly string[],
): { readonly file: unknown; readonly warnings: readonly string[] } {
  if (!isRecord(file)) return { file, warnings: [] };
  const warnings: string[] = [];
  const root: Record<string, unknown> = { ...file };
  const used = (name: string) => {
    const [section] = placeOf(name);
    return section === '' || sections === undefined || sections.includes(section);
  };

  const take = (name: string): unknown => {
    const [section, key] = placeOf(name);
    const home = section === '' ? root : root[section];
    if (!isRecord(home) || !Object.hasOwn(home, key)) return undefined;
    const { [key]: value, ...rest } = home;
    if (section === '') delete root[key];
    else root[section] = rest;
    return value;
  };
  /** Sets a key unless it is set already. @returns whether it did */
  const put = (name: string, value: unknown): boolean => {
    const [section, key] = placeOf(name);
    const home = section === '' ? root : (root[section] ?? {});
    if (!isRecord(home) || Object.hasOwn(home, key)) return false;
    if (section === '') root[key] = value;
    else root[section] = { ...home, [key]: value };
    return true;
  };

  for (const [old, now] of MOVED) {
    const value = take(old);
    if (value === undefined || !used(now)) continue;
    const done = put(now, value);
    warnings.push(
      done
        ? `${old} is an old name; the new one is ${now}`
        : `${old} is an old name and has no effect, because ${now} is set`,
    );
  }
  const idle = WITHOUT_EFFECT.filter((name) => used(name) && take(name) !== undefined);
  if (idle.length > 0) {
    warnings.push(`${idle.join(' and ')}: no effect, because lists are always complete`);
  }
  if (take(LOCAL_WRITES) !== undefined && used(LOCAL_WRITES)) {
    warnings.push(LOCAL_WRITES_WARNING);
  }
  return { file: root, warnings };
}

/** The section, `''` for the top level, and the key. */
function placeOf(name: string): readonly [section: string, key: string] {
  const dot = name.indexOf('.');
  return [name.slice(0, Math.max(0, dot)), name.slice(dot + 1)];
}
