import { expect, it } from 'vitest';
import { recordedRegistry } from '../demo/recorded-registry.ts';
import { createService } from '../support/service.ts';

/** Harbor's proxy folds the path: `DELETE …/artifacts/..` deletes the whole repository there. */
const dots = ['.', '..', '%2e', '%2E%2e', '.%2e', '%252e%252e', '%25252e%25252e', '..;'];
const slashes = ['', '%2f', 'a%2f%2fb', '..%2f..', '%2e%2e%2f', 'a%2fb%2f..', 'a%252f..%252fb'];
const backslashes = ['\\..\\a', '%5c', '%5c..', '%255c..'];
const controls = ['%00', 'a%00', 'a%00b', 'a%0d%0ab', 'a%20b'];
const foreign = ['%c0%ae%c0%ae', '%EF%BC%8E%EF%BC%8E', 'a;b', 'a%3fb', 'a%23b', '%zz', '*'];
/** A tag, and it alone, may have capitals. */
const capital = 'A';
const names = [...dots, ...slashes, ...backslashes, ...controls, ...foreign, 'a%252525'];

const paths = (name: string) => [
  `GET /harbor/repositories/${name}`,
  `GET /harbor/artifacts/${name}/app`,
  `GET /harbor/artifacts/team-a/${name}`,
  `GET /harbor/artifacts/team-a/apps/${name}/web`,
  `GET /harbor/artifacts/team-a/apps/${name}`,
  `DELETE /harbor/artifacts/${name}/app/v1`,
  `DELETE /harbor/artifacts/team-a/${name}/v1`,
  `DELETE /harbor/artifacts/team-a/apps/${name}/v1`,
  `DELETE /harbor/artifacts/team-a/apps/${name}/web/v1`,
];
const references = (name: string) => [
  `DELETE /harbor/artifacts/team-a/app/${name}.`,
  `DELETE /harbor/artifacts/team-a/apps/web/${name}`,
];

it('no name outside Harbor’s grammar, sent as raw bytes, makes a call go out', async () => {
  const { listen, standIn } = createService({
    harbor: { registry: recordedRegistry(1) },
    config: {
      app_config: { write_token: 'token-t-of-the-test' },
      harbor_config: { harbor_username: 'admin', harbor_password: 'recorded-password' },
      delete_config: { delete_guard: 'off' },
    },
  });
  const { raw } = await listen();
  const sent = [...[...names, capital].flatMap(paths), ...names.flatMap(references)];
  const answers = await Promise.all(
    sent.map(async (target) => {
      const headers =
        'Host: localhost\r\nAuthorization: Bearer token-t-of-the-test\r\nConnection: close';
      const answer = await raw(`${target} HTTP/1.1\r\n${headers}\r\n\r\n`);
      return `${target} → ${answer.slice(9, 12)} ${/"code": ?"(\w+)"/.exec(answer)?.[1]}`;
    }),
  );
  expect(answers).toHaveLength(sent.length);
  expect(answers.filter((answer) => !answer.endsWith('→ 422 invalid_request'))).toEqual([]);
  expect(standIn?.calls).toEqual([]);
});
