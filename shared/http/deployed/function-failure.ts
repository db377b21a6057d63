/** The problem of a function that is deployed elsewhere and does not answer as it should. */
import type { FunctionName } from '../../values/configuration/configuration.ts';
import { Problem, type ProblemCode } from '../../values/problem.ts';
import type { FunctionContext } from '../function.ts';

/** A function with its URL in `function_urls`. */
export interface Deployed {
  readonly name: FunctionName;
  readonly base: string;
  /** The template of the path that is called. */
  readonly template: string;
}

export function failure(
  c: FunctionContext,
  { name }: Deployed,
  failed: { readonly code: ProblemCode; readonly what: string; readonly cause?: unknown },
): Problem {
  const detail = `The function ${name} ${failed.what}. Check its deployment and router_config.function_urls.`;
  const { code, cause } = failed;
  if (!mayDelete(c, name)) return new Problem(code, detail, { cause });
  return new Problem(
    code,
    `${detail} It is unknown whether anything was deleted. Check in Harbor before you try again.`,
    { cause, extras: { outcome: 'unknown' } },
  );
}

/** Tells whether a request may have deleted something: the body may ask a cleanup to do so, and forms of pages do. */
function mayDelete({ req: { method, path } }: FunctionContext, name: FunctionName): boolean {
  if (method === 'DELETE' || name === 'harbor-cleanup') return true;
  return name === 'ui' && method === 'POST' && !/^\/ui\/log(?:in|out)$/.test(path);
}
