/** The page of a problem. It says what the problem document of the API says. */
import { problemOf } from '../http/answer.ts';
import type { FunctionContext } from '../http/function.ts';
import type { Problem } from '../problem.ts';
import { placeOf } from './layout.tsx';
import { csrfToken } from './login/csrf.ts';
import { LoginForm } from './login/login-form.tsx';
import { nextOf } from './login/own-page.ts';
import { answerPage } from './page.tsx';
import { Results } from './parts/list-parts.tsx';
import { Notice } from './parts/notices.tsx';
import { Copied } from './parts/values.tsx';

/** Answers with the page of an error that a handler threw. If a login would help, it has the form. */
export async function answerProblemPage(c: FunctionContext, thrown: unknown): Promise<Response> {
  const problem = problemOf(thrown);
  const { login } = problem.extras;
  return answerPage(c, {
    title: problem.code === 'unauthorized' ? 'Log in' : problem.title,
    place: placeOf(c.req.path),
    status: problem.status,
    headers: { ...problem.headers, 'Cache-Control': 'no-store' },
    // In place of the results of the page that was asked for, so that htmx shows it there.
    content: (
      <Results>
        <ProblemBox c={c} problem={problem} />
        {typeof login === 'string' && (
          <>
            {c.req.header('sec-fetch-site') === 'cross-site' && <OpenAgain href={nextOf(login)} />}
            <LoginForm
              csrf={await csrfToken(c, null)}
              next={nextOf(login)}
              isRefused={c.req.path === '/ui/login'}
            />
          </>
        )}
        <NextStep c={c} status={problem.status} />
      </Results>
    ),
  });
}

/** The cookie is `SameSite=Strict`, so it is not sent when a link of another site is followed. */
function OpenAgain({ href }: { readonly href: string }) {
  return (
    <p>
      You followed a link from another site, so the browser did not send your login. If you are
      logged in, <a href={href}>open the page again</a>.
    </p>
  );
}

interface ProblemBoxProps {
  readonly c: FunctionContext;
  readonly problem: Pick<Problem, 'code' | 'message'>;
}

/** A problem inside a page. */
export function ProblemBox({ c, problem }: ProblemBoxProps) {
  const requestId = c.get('requestId');
  return (
    <Notice kind="bad">
      <p>{problem.message}</p>
      <p class="small">
        <code>{problem.code}</code>, request <Copied text={requestId} what="request id" />
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
