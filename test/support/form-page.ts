/** A page with a form that changes something, with the login. */
import { html } from 'hono/html';
import * as z from 'zod/mini';
import { createApp } from '../../shared/http/app.ts';
import { createFunction } from '../../shared/http/function.ts';
import { trivialServices } from '../../shared/http/trivial-services.ts';
import { form } from '../../shared/ui/form.ts';
import { answerPage, viewerOf } from '../../shared/ui/page.tsx';
import { loginPage } from '../../shared/ui/pages/login-page.tsx';
import { mayView } from '../../shared/ui/view-access.ts';
import { clientOf } from './client.ts';
import { configurationOf } from './configuration.ts';
import { memoryLog } from './log.ts';
import { visitorOf } from './visitor.ts';

export const WRITE = 'write-token-of-ci';
export const THING = '/ui/thing';

/** A page with a form that changes something. */
const thing = createFunction()
  .get(THING, mayView('write'), async (c) => {
    const { csrf } = await viewerOf(c);
    const content = html`<form action="${THING}"><input name="csrf" value="${csrf}"></form>`;
    return answerPage(c, { title: 'Thing', content });
  })
  .post(
    THING,
    mayView('write'),
    form(z.object({ name: z.string('expected a name'), note: z.optional(z.string()) })),
    (c) => c.json(c.req.valid('form')),
  );

const START_MS = Date.UTC(2026, 0, 1);

/** The page and the login, with a visitor who has not logged in. `pass` sets the time since the start. */
export function visited(app_config: object = {}) {
  const configuration = configurationOf({
    app_config: { write_token: { ci: WRITE }, ...app_config },
    ui_config: { session_key: 'k'.repeat(32), session_hours: 1 },
  });
  const { logger, lines } = memoryLog();
  let nowMs = START_MS;
  const pass = (ms: number): void => {
    nowMs = START_MS + ms;
  };
  const services = { ...trivialServices(configuration, logger), now: () => nowMs };
  const app = createApp(createFunction().route('/', thing).route('/', loginPage), () => services);
  return { app, lines, pass, ...clientOf(app), visitor: visitorOf(clientOf(app)) };
}

/** A visitor who has logged in, and the token of the form. */
export async function loggedIn() {
  const service = visited();
  await service.visitor.logIn(WRITE);
  return { ...service, csrf: await service.visitor.csrf(THING, THING) };
}
