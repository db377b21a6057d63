/** Names as values, for tests of the Harbor client. */
import * as z from 'zod/mini';
import { projectName, reference, repositoryName } from '../../shared/values/name-schemas.ts';
import {
  type Digest,
  isDigest,
  type ProjectName,
  type Reference,
  type RepositoryName,
} from '../../shared/values/names.ts';

export const projectNamed = (text: string): ProjectName => z.parse(projectName, text);
export const repositoryNamed = (text: string): RepositoryName => z.parse(repositoryName, text);
export const referenceNamed = (text: string): Reference => z.parse(reference, text);

export function digestNamed(text: string): Digest {
  if (!isDigest(text)) throw new Error(`${text} is no digest`);
  return text;
}
