/** Looks up the records of `nodes_dns`. */
import { Resolver } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import { codeOf } from '../system/error-code.ts';

/** A bridge that a record names. */
export interface DnsAddress {
  readonly host: string;
  readonly port: number;
}

/** Look-ups, which reject with an error whose `code` is that of node:dns. */
export interface DnsResolver {
  /** The A and AAAA records. */
  addresses(name: string): Promise<readonly string[]>;
  /** The SRV records. */
  services(name: string): Promise<readonly DnsAddress[]>;
}

const TIMEOUT_MS = 1000;
const TRIES = 2;
/** The name or this type of record does not exist. */
const NOTHING = ['ENOTFOUND', 'ENODATA'];

export interface DnsResolverOptions {
  /** Default: those of /etc/resolv.conf. */
  readonly servers?: readonly string[];
  /** The content of /etc/resolv.conf, for its search domains; default: that of this machine. */
  readonly file?: string;
}

/** A resolver with the servers and search domains of this machine. */
export function createDnsResolver({ servers, file }: DnsResolverOptions = {}): DnsResolver {
  const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: TRIES });
  if (servers !== undefined) resolver.setServers(servers);
  const candidates = (name: string) => candidatesOf(name, file ?? resolverFile());
  return {
    addresses: (name) =>
      firstFound(candidates(name), async (candidate) => {
        const families = await Promise.all([
          orNothing(resolver.resolve4(candidate)),
          orNothing(resolver.resolve6(candidate)),
        ]);
        return families.flat();
      }),
    services: (name) =>
      firstFound(candidates(name), async (candidate) => {
        const records = await orNothing(resolver.resolveSrv(candidate));
        return records.map((record) => ({ host: record.name, port: record.port }));
      }),
  };
}

async function orNothing<T>(lookup: Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    return await lookup;
  } catch (err) {
    if (NOTHING.includes(codeOf(err) ?? '')) return [];
    throw err;
  }
}

/** The records of the first candidate that has any. */
async function firstFound<T>(
  candidates: readonly string[],
  lookup: (candidate: string) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  for (const candidate of candidates) {
    const found = await lookup(candidate);
    if (found.length > 0) return found;
  }
  return [];
}

/**
 * The complete names that a name may mean, in the order of resolv.conf(5). Kubernetes' short names
 * (`bridges.image-api.svc`) need search domains. node:dns reads only the servers of the file (`Resolver.getServers`).
 * @param file the content of /etc/resolv.conf
 */
export function candidatesOf(name: string, file: string): readonly string[] {
  if (name.endsWith('.')) return [name];
  const lines = file.split('\n');
  const search = lines.findLast((line) => /^search\s/.test(line)) ?? '';
  const ndots = Number(/^options\s.*\bndots:(\d+)/m.exec(file)?.[1] ?? 1);
  // systemd-resolved writes `search .` for no domains.
  const domains = search
    .trim()
    .split(/\s+/)
    .slice(1)
    .filter((domain) => domain !== '.');
  const longer = domains.map((domain) => `${name}.${domain}`);
  return name.split('.').length > ndots ? [name, ...longer] : [...longer, name];
}

function resolverFile(): string {
  try {
    return readFileSync('/etc/resolv.conf', 'utf8');
  } catch {
    return ''; // without the file there are no search domains
  }
}
