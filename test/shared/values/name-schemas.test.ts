import { expect, it } from 'vitest';
import { createApp } from '../../../shared/http/app.ts';
import { Connection } from '../../../shared/http/base/connection.ts';
import { createFunction } from '../../../shared/http/function.ts';
import { input } from '../../../shared/http/input.ts';
import { trivialServices } from '../../../shared/http/trivial-services.ts';
import { artifactPath, projectName } from '../../../shared/values/name-schemas.ts';
import { configurationOf } from '../../support/configuration.ts';
import { memoryLog } from '../../support/log.ts';

const services = trivialServices(configurationOf({}), memoryLog().logger);
const fn = createFunction().get(
  '/:project/:repository{.+}/:reference',
  input({ param: artifactPath }),
  (c) => c.json(c.req.valid('param')),
);
const app = createApp(fn, () => services);

/** What a route makes of a request target, sent as it is. */
async function read(target: string): Promise<unknown> {
  const res = await app.fetch(new Request('http://localhost/'), new Connection(target));
  return res.json();
}

it.each([
  '/team/apps/web/frontend/v1',
  '/team/apps%2Fweb%2ffrontend/v1',
  '/team/apps%252Fweb%252ffrontend/v1',
  '/%74eam/apps%2Fweb/frontend/%76%31',
  '/%2574eam/apps/web%2Ffrontend/%2576%2531',
])('reads %s, encoded once, twice or not', async (target) => {
  expect(await read(target)).toEqual({
    project: 'team',
    repository: 'apps/web/frontend',
    reference: { kind: 'tag', tag: 'v1' },
  });
});

it('names each parameter that is wrong, with what was sent', async () => {
  expect(await read('/Team/a%2525252Fb/.x')).toMatchObject({
    code: 'invalid_request',
    errors: [
      { parameter: 'project', detail: expect.stringContaining('got "Team"') },
      { parameter: 'repository', detail: expect.stringContaining('got "a%252Fb"') },
      { parameter: 'reference', detail: expect.stringContaining('got ".x"') },
    ],
  });
});

it.each([
  [{ toString: null }, 'got an object'],
  [[[]], 'got a list'],
  [null, 'got "null"'],
])('says what it got instead of a name: %j', (value, said) => {
  const { error } = projectName.safeParse(value);
  expect(error?.issues[0]?.message).toContain(said);
});
