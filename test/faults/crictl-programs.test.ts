/** A crictl that misbehaves, or is replaced while it is used: the single process, and the bridge as a process. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { type FakeCrictl, fakeCrictl } from '../fake-crictl/index.ts';
import { freePort } from '../real/free-port.ts';
import { NODE } from '../support/bridge.ts';
import { eventually } from '../support/eventually.ts';
import { testFolder } from '../support/folder.ts';
import { type RunningProcess, startProcess } from '../support/processes.ts';
import { askSocket } from '../support/raw-request.ts';
import { addHealthy, DAEMON, PROGRAM_FAULTS, repair } from './faulty-programs.ts';
import { processesWith } from './left-processes.ts';
import { descriptors, residentMb } from './process-state.ts';
import { recovery } from './recovery.ts';

/** Of runs that are to time out; recoveries are tried again. */
const SHORT_TIMEOUT_MS = 2000;
/** Of other runs: on a loaded machine it takes long until a flood is too large. */
const TIMEOUT_MS = 20_000;
/** A run ends within a second after its timeout; the rest is for a loaded machine. */
const BOUND_MS = 40_000;

const faults = PROGRAM_FAULTS.map((fault) => [fault.name, fault] as const);

it.each(faults)('crictl %s', async (name, { begin, answer }) => {
  const crictl = testCrictl();
  const timeoutMs = answer.code === 'crictl_timeout' ? SHORT_TIMEOUT_MS : TIMEOUT_MS;
  const sides = await start(crictl, timeoutMs);
  const before = sides.map(({ process }) => descriptors(process.pid));
  const memory = sides.map(({ process }) => residentMb(process.pid));

  const end = begin(crictl);
  const startedAtMs = performance.now();
  const answers = await Promise.all(sides.flatMap(({ ask }) => [ask(), ask(), ask()]));
  const ms = performance.now() - startedAtMs;
  end?.();
  repair(crictl);
  await recovery(`crictl ${name}`, () => allWork(sides));

  expect(answers).toEqual(Array(6).fill(answer));
  expect(ms).toBeLessThan(BOUND_MS);
  await eventually(() => {
    expect(leftOf(crictl, sides)).toEqual([]);
    for (const [index, { process }] of sides.entries()) {
      expect(descriptors(process.pid)).toBeLessThanOrEqual((before[index] ?? 0) + 2);
      expect(residentMb(process.pid)).toBeLessThan((memory[index] ?? 0) + 200);
    }
  });
});

it('a daemon in a session of its own holds neither an answer nor a descriptor', async () => {
  const crictl = testCrictl();
  const sides = await start(crictl);
  const before = sides.map(({ process }) => descriptors(process.pid));

  DAEMON.begin(crictl);
  const answers = await Promise.all(sides.flatMap(({ ask }) => [ask(), ask(), ask()]));
  repair(crictl);
  await recovery(`crictl ${DAEMON.name}`, () => allWork(sides));

  expect(answers).toEqual(Array(6).fill(DAEMON.answer));
  await eventually(() => {
    for (const [index, { process }] of sides.entries()) {
      expect(descriptors(process.pid)).toBeLessThanOrEqual((before[index] ?? 0) + 2);
    }
  });
});

it('crictl is replaced over and over by versions that work and versions that do not', async () => {
  const crictl = testCrictl();
  const sides = await start(crictl);
  const bad = PROGRAM_FAULTS.filter(({ answer }) => answer.code === 'crictl_bad_output');
  let replacing = true;
  const replaced = (async () => {
    for (let turn = 0; replacing; turn += 1) {
      bad[turn % bad.length]?.begin(crictl);
      await sleep(Math.random() * 60);
      repair(crictl);
      await sleep(Math.random() * 60);
    }
  })();
  const answers = [];
  for (let turn = 0; turn < 15; turn += 1) {
    answers.push(...(await Promise.all(sides.map(({ ask }) => ask()))));
  }
  replacing = false;
  await replaced;
  await recovery('crictl is replaced over and over', () => allWork(sides));

  const codes = new Set(answers.map(({ code }) => code));
  expect([...codes].filter((code) => code !== undefined)).toEqual(['crictl_bad_output']);
  await eventually(() => expect(leftOf(crictl, sides)).toEqual([]));
});

interface Answer {
  readonly status: number;
  readonly code?: string;
}

interface Side {
  readonly process: RunningProcess;
  /** Asks for the images of the host. An answer that is not whole JSON is an error. */
  readonly ask: () => Promise<Answer>;
}

/** The folder of the program is on the PATH, so that whatever it starts can be found. */
function testCrictl(): FakeCrictl {
  const crictl = fakeCrictl(NODE);
  addHealthy(crictl);
  onTestFinished(() => crictl.cleanup());
  return crictl;
}

/** The single process and the bridge over the same crictl, when both work. */
async function start(crictl: FakeCrictl, timeoutMs = TIMEOUT_MS): Promise<readonly Side[]> {
  const app_port = await freePort();
  const socket = join(testFolder(), 'bridge.sock');
  const config = {
    app_config: { app_port },
    bridge_config: { bridge_listen: `unix:${socket}` },
    metrics_config: { refresh_ms: 0 },
    crictl_config: {
      crictl_path: crictl.path,
      crictl_sudo: false,
      crictl_timeout_ms: timeoutMs,
      crictl_max_age_ms: 0,
    },
  };
  const env = { PATH: `${crictl.dir}:${process.env['PATH']}` };
  const single = startProcess('single', { config, env });
  const bridge = startProcess('bridge', { config, env });
  await Promise.all([single.listening, bridge.listening]);
  const sides = [
    {
      process: single,
      ask: async () => {
        const answer = await fetch(`http://127.0.0.1:${app_port}/local-images`);
        return answerOf(answer.status, await answer.text());
      },
    },
    {
      process: bridge,
      ask: async () => {
        const { status, body } = await askSocket(socket, '/v1/images');
        return answerOf(status, body);
      },
    },
  ];
  await eventually(() => allWork(sides));
  return sides;
}

function answerOf(status: number, body: string): Answer {
  const { code } = JSON.parse(body) as { readonly code?: string };
  return code === undefined ? { status } : { status, code };
}

async function allWork(sides: readonly Side[]): Promise<void> {
  for (const answer of await Promise.all(sides.map(({ ask }) => ask()))) {
    expect(answer).toEqual({ status: 200 });
  }
}

/** What crictl has started and left; the two processes have the same PATH. */
function leftOf({ dir }: FakeCrictl, sides: readonly Side[]): readonly number[] {
  const own = sides.map(({ process }) => process.pid);
  return processesWith(dir).filter((pid) => !own.includes(pid));
}
