import { expect, it } from 'vitest';
import { createLoginAttempts } from '../../../shared/node/login-attempts.ts';
import { createRouter } from '../../support/router.ts';
import { visitorOf } from '../../support/visitor.ts';

const TOKEN = 'read-token-of-the-test';

/** The attempts, and how long each waited. */
function attempts() {
  const waits: number[] = [];
  let nowMs = 1_000_000;
  const made = createLoginAttempts({
    now: () => nowMs,
    sleep: async (ms) => {
      waits.push(ms);
    },
  });
  const { signal } = new AbortController();
  const fail = async (peer: string, times = 1) => {
    for (let time = 0; time < times; time += 1) await made.begin(peer, signal);
  };
  return { ...made, fail, waits, pass: (ms: number) => (nowMs += ms) };
}

it('each attempt after a wrong token waits twice as long, and at most 5 s', async () => {
  const { fail, waits } = attempts();
  await fail('192.0.2.1', 9);

  expect(waits).toEqual([100, 200, 400, 800, 1600, 3200, 5000, 5000]);
});

it('attempts at the same time wait as those one after the other do', async () => {
  const { begin, waits } = attempts();
  const { signal } = new AbortController();
  await Promise.all(Array.from({ length: 4 }, () => begin('192.0.2.1', signal)));

  expect(waits).toEqual([100, 200, 400]);
});

it.each(['192.0.2.2', '2001:db8:0:1::1', '::ffff:192.0.2.2'])(
  'another address does not wait: %s',
  async (peer) => {
    const { fail, waits } = attempts();
    await fail('192.0.2.1', 3);
    await fail('2001:db8::1', 3);
    const before = waits.length;
    await fail(peer);

    expect(waits).toHaveLength(before);
  },
);

it('an address of the same IPv6 network waits', async () => {
  const { fail, waits } = attempts();
  await fail('2001:db8:1:2::1');
  await fail('2001:db8:1:2:a:b:c:d');

  expect(waits).toEqual([100]);
});

it('a right token takes only its own attempt back', async () => {
  const { fail, succeeded, waits } = attempts();
  await fail('192.0.2.1', 2);
  await fail('192.0.2.1');
  succeeded('192.0.2.1');
  await fail('192.0.2.1');

  expect(waits).toEqual([100, 200, 200]);
});

it('the attempts of an address are forgotten after 15 minutes, or for 10,000 others', async () => {
  const { fail, waits, pass } = attempts();
  await fail('192.0.2.1', 2);
  pass(15 * 60_000);
  await fail('192.0.2.1', 2);
  await Promise.all(Array.from({ length: 10_000 }, (_, index) => fail(`address ${index}`)));
  await fail('192.0.2.1');

  expect(waits).toEqual([100, 100]);
});

it('wrong tokens on the page delay the next login', async () => {
  const { get } = createRouter({ app_config: { read_token: TOKEN } });
  const { logIn } = visitorOf({ get });
  for (const token of ['wrong', 'wrong again', 'and again']) await logIn(token);
  const startedAtMs = performance.now();
  const { status } = await logIn(TOKEN);

  expect(status).toBe(303);
  expect(performance.now() - startedAtMs).toBeGreaterThan(390);
});

it('wrong tokens of the API delay neither its calls nor a login', async () => {
  const waited: string[] = [];
  const loginAttempts = {
    begin: async (peer: string) => void waited.push(peer),
    succeeded: () => undefined,
  };
  const { get } = createRouter({ app_config: { read_token: TOKEN } }, { parts: { loginAttempts } });
  const authorization = 'Bearer another-token-of-the-test';
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => get('/journal', { headers: { authorization } })),
  );

  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
  expect(waited).toEqual([]);
  await visitorOf({ get }).logIn(TOKEN);
  expect(waited).toHaveLength(1);
});
