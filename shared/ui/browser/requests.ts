/** The work that htmx leaves to a page: to show that a request runs, and what became of one that failed. */
import { announce } from './announce.ts';

/** The part of htmx's request context that is used here. */
interface RequestDetail {
  readonly ctx?: {
    readonly target?: unknown;
    readonly select?: string | null;
    readonly replace?: string | null;
    readonly request: {
      readonly action: string;
      readonly method: string;
      readonly body?: unknown;
    };
    readonly response?: { readonly status: number };
  };
  /** The status of the answer to a stream that connected again. */
  readonly status?: number;
  readonly tasks?: readonly { readonly type: string; readonly fragment: DocumentFragment }[];
}

const NO_ANSWER =
  'The service did not answer as expected, so what is shown may be old. Try again, or reload the page.';
const NO_EVENTS =
  'The connection to the service is lost, so what is shown is old. It is tried again. You can also reload the page.';

let hadFocus: Element | null = null;

on('htmx:config:request', ({ ctx }) => {
  const fields = ctx?.request.body;
  if (ctx?.request.method !== 'GET' || !(fields instanceof FormData)) return;
  // Fields that are left empty would only lengthen the address of the page.
  for (const name of new Set(fields.keys())) {
    if (fields.getAll(name).every((value) => value === '')) fields.delete(name);
  }
});

on('htmx:before:request', ({ ctx }) => {
  if (ctx?.target instanceof Element) ctx.target.setAttribute('aria-busy', 'true');
});

on('htmx:finally:request', ({ ctx }) => {
  if (ctx?.target instanceof Element) ctx.target.removeAttribute('aria-busy');
});

on('htmx:before:response', ({ ctx }, event) => {
  // A stream of events has its first answer here, and its end much later.
  if (ctx?.target instanceof Element) ctx.target.removeAttribute('aria-busy');
  if (ctx?.response?.status !== 401) return;
  // The session has expired. The page itself answers with the form to log in, which leads back to it.
  event.preventDefault();
  if (ctx.replace === 'true') location.assign(ctx.request.action);
  else location.reload();
});

on('htmx:before:swap', ({ ctx, tasks }, event) => {
  hadFocus = document.activeElement;
  const main = tasks?.find(({ type }) => type === 'main');
  const isOther = typeof ctx?.select === 'string' && main?.fragment.childElementCount === 0;
  // An answer of something else, such as a proxy, must not empty the page.
  if (isOther) event.preventDefault();
  showFailure(isOther ? NO_ANSWER : '');
});

on('htmx:error', () => showFailure(NO_ANSWER));

on('htmx:sse:error', ({ status }) => {
  // The service no longer knows what the events are about, or who asks. The page itself says what to do.
  if (status !== undefined && status < 500) location.reload();
  else showFailure(NO_EVENTS);
});

on('htmx:sse:after:connection', () => showFailure(''));

on('htmx:after:swap', ({ ctx }) => {
  // The button that stops a run disappears with its focus when the run ends.
  if (hadFocus?.isConnected === false) document.getElementById('run-status')?.focus();
  hadFocus = null;
  if (ctx?.select !== '#results') return;
  announce(document.querySelector('#results .count')?.textContent ?? '');
});

function showFailure(text: string): void {
  const notice = document.getElementById('failure');
  if (notice !== null && notice.textContent !== text) notice.textContent = text;
}

function on(type: string, listener: (detail: RequestDetail, event: Event) => void): void {
  document.addEventListener(type, (event) => {
    if (event instanceof CustomEvent) listener(event.detail ?? {}, event);
  });
}
