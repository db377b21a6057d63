/** The page of a problem. It says what the problem document of the API says. */
import { problemOf } from '../http/answer.ts';
import type { FunctionContext } from '../http/function.ts';
import type { Problem } from '../problem.ts';
import { csrfToken } from './csrf.ts';
import { placeOf } from './layout.tsx';
import { LoginForm } from './login-form.tsx';
import { answerPage } from './page.tsx';
import { Results } from './parts/list-parts.tsx';
import { Notice } from './parts/notices.tsx';
import { CopyButton } from './parts/values.tsx';

/** Answers with the page of an error that a handler threw. */
export async function answerProblemPage(c: FunctionContext, thrown: unknown): Promise<Response> {
  const problem = problemOf(thrown);
  const isLogin = problem.code === 'unauthorized';
  return answerPage(c, {
    title: isLogin ? 'Log in' : problem.title,
    place: placeOf(c.req.path),
    status: problem.status,
    headers: { ...problem.headers, 'Cache-Control': 'no-store' },
    // In place of the results of the page that was asked for, so that htmx shows it there.
    content: (
      <Results>
        <ProblemBox problem={problem} requestId={c.get('requestId')} />
        {isLogin && <LoginForm csrf={await csrfToken(c, null)} next={nextOf(c)} />}
        <NextStep c={c} status={problem.status} />
      </Results>
    ),
  });
}

/** A problem inside a page. */
export function ProblemBox({
  problem,
  requestId,
}: {
  readonly problem: Pick<Problem, 'code' | 'message'>;
  readonly requestId: string;
}) {
  return (
    <Notice kind="bad">
      <p>{problem.message}</p>
      <p class="small">
        <code>{problem.code}</code>, request <code>{requestId}</code>{' '}
        <CopyButton text={requestId} what="request id" />
      </p>
    </Notice>
  );
}

/** A link to what may help: the page again if the problem may be over then, or the page without its parameters. */
function NextStep({ c, status }: { readonly c: FunctionContext; readonly status: number }) {
  const { pathname, search } = new URL(c.req.url);
  const mayPass = status >= 500 || status === 429;
  const isOfFilters = status === 422 && search !== '';
  if (c.req.method !== 'GET' || !(mayPass || isOfFilters)) return null;
  return (
    <p class="actions">
      <a class="button" href={mayPass ? pathname + search : pathname}>
        {mayPass ? 'Try again' : 'Open the page without filters'}
      </a>
    </p>
  );
}

/** The page to open after the login: the one that was asked for, if it can be opened again. */
function nextOf(c: FunctionContext): string {
  const { pathname, search } = new URL(c.req.url);
  return c.req.method === 'GET' ? pathname + search : '/ui';
}
