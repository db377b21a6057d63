/** The page of a problem. It says what the problem document of the API says. */
import { problemOf } from '../http/base/answer.ts';
import type { FunctionContext } from '../http/function.ts';
import type { Problem } from '../values/problem.ts';
import { navigationPlace } from './layout.tsx';
import { csrfToken } from './login/csrf.ts';
import { LoginForm } from './login/login-form.tsx';
import { nextOf } from './login/own-page.ts';
import { answerPage } from './page.tsx';
import { Results } from './parts/list-parts.tsx';
import { Notice } from './parts/notices.tsx';
import { Copied } from './parts/values.tsx';
import { HARBOR_PAGE } from './view/links.ts';

/** Answers with the page of an error that a handler threw. If a login would help, it has the form. */
export async function answerProblemPage(c: FunctionContext, thrown: unknown): Promise<Response> {
  const problem = problemOf(thrown);
  const { login } = problem.extras;
  return answerPage(c, {
    title: problem.code === 'unauthorized' ? 'Log in' : problem.title,
    status: problem.status,
    headers: { ...problem.headers, 'Cache-Control': 'no-store' },
    // In place of the results of the page that was asked for, so that htmx shows it there.
    content: (
      <Results>
        {problem.code === 'unauthorized' ? (
          <Notice kind={c.req.path === '/ui/login' ? 'bad' : 'info'} title={problem.message} />
        ) : (
          <ProblemBox c={c} problem={problem} />
        )}
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
        {problem.code === 'unauthorized' && <CodeAndRequest c={c} code={problem.code} />}
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
  return (
    <Notice kind="bad">
      <p>{problem.message}</p>
      <CodeAndRequest c={c} code={problem.code} />
    </Notice>
  );
}

interface CodeAndRequestProps {
  readonly c: FunctionContext;
  readonly code: Problem['code'];
}

/** Shows what the operator searches the log for. */
function CodeAndRequest({ c, code }: CodeAndRequestProps) {
  return (
    <p class="small">
      <code>{code}</code>, request <Copied text={c.get('requestId')} what="request id" />
    </p>
  );
}

/** A link to what may help: the page again if the problem may be over then, or a page that exists. */
function NextStep({ c, status }: { readonly c: FunctionContext; readonly status: number }) {
  if (c.req.method !== 'GET') return null;
  const { pathname, search } = new URL(c.req.url);
  const next = nextStep(status, { pathname, search });
  if (next === null) return null;
  const [href, text] = next;
  return (
    <p class="actions">
      <a class="button" href={href}>
        {text}
      </a>
    </p>
  );
}

function nextStep(
  status: number,
  { pathname, search }: Pick<URL, 'pathname' | 'search'>,
): readonly [href: string, text: string] | null {
  if (status >= 500 || status === 429) return [pathname + search, 'Try again'];
  if (status === 422 && search !== '') return [pathname, 'Open the page without filters'];
  if (status !== 404) return null;
  return navigationPlace(pathname) === 'harbor'
    ? [HARBOR_PAGE, 'See what Harbor has']
    : ['/ui', 'Go to the start page'];
}
