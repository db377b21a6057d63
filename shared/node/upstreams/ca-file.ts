/** PEM files of certificate authorities that the configuration names. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Problem } from '../../values/problem.ts';
import { codeOf } from '../system/error-code.ts';

/**
 * Reads a file of PEM certificates.
 * @param key the configuration key that names it, for the message
 * @throws Problem invalid_configuration if it cannot be read or contains no certificate
 */
export function readCaFile(key: string, path: string): string {
  try {
    const text = readFileSync(path, 'utf8');
    new X509Certificate(text);
    return text;
  } catch (cause) {
    const why = codeOf(cause) ?? 'unreadable';
    throw new Problem(
      'invalid_configuration',
      `${key}: expected a readable file of PEM certificates, got ${path} (${why})`,
      { cause },
    );
  }
}
