/** The expectations for every answer, in addition to those of a case. */
import { expect } from 'vitest';
import * as z from 'zod/mini';
import { FUNCTIONS, router } from '../../functions/router.ts';
import type { RouteKey } from '../../scripts/openapi/declared.ts';
import { ROUTES } from '../../scripts/openapi/routes.ts';
import { routesOf } from '../../shared/http/routes.ts';
import { uiAssets } from '../../shared/node/ui-assets.ts';
import { PROBLEMS } from '../../shared/values/problem.ts';
import type { Answer } from './answers.ts';
import type { Case } from './cases/case.ts';

const JSON_TYPE = 'application/json';
const PROBLEM_TYPE = 'application/problem+json';

const HTML_TYPE = 'text/html';
/** The headers of a page, that of a problem too. */
const OF_PAGES = {
  'content-security-policy': expect.stringMatching(
    /^default-src 'none'; script-src 'self'; (?!.*unsafe).*frame-ancestors 'none'/,
  ),
  'x-frame-options': 'DENY',
  vary: 'Cookie, Accept, Accept-Encoding',
};

/** Compare by `toEqual`: the status, and each header that matters. */
export function expectedAnswer(one: Case): unknown {
  const problem = one.code !== null;
  const cached = !problem && ['GET', 'HEAD'].includes(one.method);
  const vary = isReadiness(one) ? 'Authorization, Accept' : 'Authorization';
  const headers = {
    'x-request-id': one.requestId,
    'x-content-type-options': 'nosniff',
    'cache-control': cached ? 'private, no-cache' : 'no-store',
    ...(cached && { vary }),
    ...(one.page !== null && OF_PAGES),
    ...(!isEmpty(one) && { 'content-type': expect.stringContaining(typeOf(one)) }),
    ...Object.fromEntries(
      Object.entries(one.answers).map(([name, value]) => [
        name,
        typeof value === 'string' ? value : expect.stringMatching(value),
      ]),
    ),
  };
  return {
    status: one.status,
    headers: expect.objectContaining(headers),
    body: expect.any(String),
  };
}

/** A redirect or a 304. */
function isEmpty({ status }: Case): boolean {
  return status >= 300 && status < 400;
}

function typeOf(one: Case): string {
  if (one.page !== null) return HTML_TYPE;
  if (one.code !== null) return PROBLEM_TYPE;
  const isWord = one.target === '/livez' || (isReadiness(one) && !asksForChecks(one));
  return isWord ? 'text/plain' : JSON_TYPE;
}

function isReadiness({ target }: Case): boolean {
  return target.startsWith('/readyz');
}

function asksForChecks({ target, headers }: Case): boolean {
  return target.includes('verbose') || headers['Accept'] === JSON_TYPE;
}

/** What is wrong with an answer's body; empty when nothing is. */
export function faultsOfBody(one: Case, answer: Answer): readonly string[] {
  if (one.method === 'HEAD' || isEmpty(one)) return answer.body === '' ? [] : ['has a body'];
  if (one.target.startsWith('/ui/assets/')) return isAsset(answer.body) ? [] : ['is no asset'];
  if (one.page !== null) return faultsOfPage(one, answer.body);
  if (typeOf(one) === 'text/plain') return /^\w+\n$/.test(answer.body) ? [] : ['is no word'];
  const result = schemaOf(one).safeParse(JSON.parse(answer.body));
  return result.error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];
}

function schemaOf(one: Case): z.ZodMiniType {
  if (one.code !== null) return problemSchema(one);
  const route = routesOf(one.name === 'router' ? router : FUNCTIONS[one.name]).find(
    ({ path }) => one.name !== 'health' || one.target.startsWith(path),
  );
  const { answers } = ROUTES[`${route?.method} ${route?.path}` as RouteKey];
  return answers[one.status as 200 | 202]?.[JSON_TYPE]?.schema ?? z.never();
}

/** A page has the text, its code and id if it is that of a problem, and no secret. */
function faultsOfPage({ page, code, requestId }: Case, body: string): readonly string[] {
  return [
    ...(page?.test(body) ? [] : [`has no ${page}`]),
    ...(/^<!doctype html><html lang="en">.*<h1[ >].*<\/html>$/s.test(body) ? [] : ['is no page']),
    ...(code === null || body.includes(`<code>${code}</code>`) ? [] : ['has no code']),
    ...(code === null || body.includes(requestId) ? [] : ['has no request id']),
    ...(/of-the-suite/.test(body) ? ['has a secret'] : []),
  ];
}

/** Whether a text is that of an asset of the pages. */
function isAsset(body: string): boolean {
  return Object.values(uiAssets()).some(({ text }) => text === body);
}

/** A problem has its code, status, title and path, and no secret. */
function problemSchema({ code, status, requestId }: Case): z.ZodMiniType {
  return z.looseObject({
    type: z.literal('about:blank'),
    title: z.literal(code === null ? '' : PROBLEMS[code][1]),
    status: z.literal(status),
    detail: z.string().check(
      z.minLength(10),
      z.refine((text) => !/of-the-suite/.test(text)),
    ),
    instance: z.string().check(z.startsWith('/')),
    code: z.literal(code ?? ''),
    request_id: z.literal(requestId),
  });
}
