/** Certificates for tests, made when they are needed, because private keys do not belong in a repository. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { testFolder } from '../../../support/folder.ts';

export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

export interface Authority {
  /** PEM file of the authority's certificate. */
  readonly caFile: string;
  readonly folder: string;
  /** Signs a certificate for the names, for example `IP:127.0.0.1` or `DNS:localhost`. */
  sign(names: string, days?: number): Certificate;
}

/** Makes an unknown authority in a folder, by default in one that lives as long as the test. */
export function makeAuthority(folder = testFolder()): Authority {
  const at = (name: string) => join(folder, name);
  const openssl = (...args: string[]) =>
    execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl('req', '-x509', ...newKey, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=test CA');
  return {
    caFile: at('ca.pem'),
    folder,
    sign(names, days = 1) {
      writeFileSync(at('san.cnf'), `subjectAltName=${names}\n`);
      openssl('req', ...newKey, '-keyout', 'leaf.key', '-out', 'leaf.csr', '-subj', '/CN=harbor');
      openssl(
        ...['x509', '-req', '-in', 'leaf.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key'],
        ...['-CAcreateserial', '-extfile', 'san.cnf', '-days', String(days), '-out', 'leaf.pem'],
      );
      return {
        key: readFileSync(at('leaf.key'), 'utf8'),
        cert: readFileSync(at('leaf.pem'), 'utf8'),
      };
    },
  };
}
