import { expect, it } from 'vitest';
import { recordedRegistry } from '../demo/recorded-registry.ts';
import { startService } from '../support/service.ts';

/** Harbor's proxy folds the path: `DELETE …/artifacts/..` deletes the whole repository there. */
const dots = ['.', '..', '%2e', '%2E%2e', '.%2e', '%252e%252e', '%25252e%25252e', '..%2f..'];
const others = ['', '%00', 'a%00', '%5c..', '\\..\\a', '%2f', 'a%2f%2fb', 'a%252f..%252fb', '%zz'];
const foreign = ['%c0%ae%c0%ae', '%EF%BC%8E%EF%BC%8E', 'A', 'a%0d%0ab', 'a;b', 'a%3fb', 'a%23b'];
const names = [...dots, ...others, ...foreign];

const targets = (name: string) => [
  `GET /harbor/repositories/${name}`,
  `GET /harbor/artifacts/${name}/app`,
  `GET /harbor/artifacts/team-a/${name}`,
  `GET /harbor/artifacts/team-a/apps/${name}/web`,
  `GET /harbor/artifacts/team-a/apps/${name}`,
  `DELETE /harbor/artifacts/${name}/app/v1`,
  `DELETE /harbor/artifacts/team-a/${name}/v1`,
  `DELETE /harbor/artifacts/team-a/apps/${name}/v1`,
  `DELETE /harbor/artifacts/team-a/app/${name}.`,
  `DELETE /harbor/artifacts/team-a/app/${name}`,
];
/** Tags, and they alone, may have capitals. */
const isTag = (target: string) => /^DELETE .*\/A\.?$/.test(target);

it('no name outside Harbor’s grammar, sent as raw bytes, makes a call go out', async () => {
  const { raw, standIn } = await startService({
    harbor: { registry: recordedRegistry(1) },
    config: {
      app_config: { write_token: 't' },
      harbor_config: { harbor_username: 'admin', harbor_password: 'recorded-password' },
      delete_config: { delete_guard: 'off' },
    },
  });
  const sent = names.flatMap(targets).filter((target) => !isTag(target));
  const answers = await Promise.all(
    sent.map(async (target) => {
      const headers = 'Host: localhost\r\nAuthorization: Bearer t\r\nConnection: close';
      const answer = await raw(`${target} HTTP/1.1\r\n${headers}\r\n\r\n`);
      return `${target} → ${answer.slice(9, 12)}`;
    }),
  );
  expect(answers).toHaveLength(sent.length);
  expect(answers.filter((answer) => !/→ (?:422|404|405|400)$/.test(answer))).toEqual([]);
  const calls = standIn?.calls.filter(({ path }) => path.includes('/projects/')) ?? [];
  expect(calls).toEqual([]);
});
