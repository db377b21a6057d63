/** The faults of the soak. Those of Harbor, of the nodes and of the log come at random, independently of each other. */
import { readFileSync, renameSync, rmSync, truncateSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { recovery } from '../recovery.ts';
import { removeAtOnce } from '../remove-at-once.ts';
import type { SoakHarbor } from './harbor.ts';
import { HARBOR_FAULTS } from './harbor-faults.ts';
import type { Random } from './random.ts';
import type { SoakNode, Topology } from './topology.ts';

export interface TrackOptions {
  readonly topology: Topology;
  readonly harbor: SoakHarbor;
  readonly random: Random;
  readonly isStopped: () => boolean;
  /** Gets the time after which everything worked again. */
  readonly onRecovery: (fault: string, ms: number) => void;
  /** Gets a fault after which not everything works again. */
  readonly onStuck: (fault: string) => void;
}

/** How long a fault lasts. */
const LASTS_MS = [300, 4000] as const;
const PAUSE_MS = [200, 1500] as const;

interface Fault {
  readonly name: string;
  begin(): Promise<void> | void;
  end(): Promise<void> | void;
}

/** Lets one fault after the other happen, and waits each time until everything works again. */
async function track(
  { random, isStopped, onRecovery, onStuck }: TrackOptions,
  next: () => Fault,
  works: () => Promise<void>,
): Promise<void> {
  while (!isStopped()) {
    const fault = next();
    await fault.begin();
    await sleep(random.between(...LASTS_MS));
    await fault.end();
    await recovery(fault.name, works, { withinMs: 180_000 }).then(
      (ms) => onRecovery(fault.name, ms),
      (err: unknown) => onStuck(`not recovered from ${fault.name}: ${err}`),
    );
    await sleep(random.between(...PAUSE_MS));
  }
}

async function expectOk(url: string): Promise<unknown> {
  const answer = await fetch(url, { headers: { 'cache-control': 'no-cache' } });
  if (answer.status !== 200) throw new Error(`${url}: ${await answer.text()}`);
  return answer.json();
}

export function harborTrack(options: TrackOptions): Promise<void> {
  const { harbor, random, topology } = options;
  const next = (): Fault => {
    const name = random.pick(HARBOR_FAULTS);
    return {
      name: `Harbor: ${name}`,
      begin: () => harbor.fault(name),
      end: () => harbor.fault(null),
    };
  };
  return track(options, next, async () => {
    await expectOk(`${topology.url}/harbor/projects`);
  });
}

export function nodeTrack(options: TrackOptions): Promise<void> {
  const { random, topology } = options;
  return track(
    options,
    () => {
      const node = random.pick(topology.nodes);
      const fault = random.pick(NODE_FAULTS)(node);
      return { ...fault, name: `${node.name}: ${fault.name}` };
    },
    async () => {
      const { complete } = (await expectOk(`${topology.url}/nodes`)) as { complete: boolean };
      if (!complete) throw new Error('a node cannot be read yet');
    },
  );
}

const NODE_FAULTS: readonly ((node: SoakNode) => Fault)[] = [
  (node) => ({
    name: 'bridge killed and started again',
    begin: () => node.kill(),
    end: () => node.restart(),
  }),
  (node) => ({
    name: 'bridge stopped by a signal and continued',
    begin: () => node.bridge.kill('SIGSTOP'),
    end: () => node.bridge.kill('SIGCONT'),
  }),
  crictl('hangs', { hang: true }),
  crictl('hangs in a child and ignores SIGTERM', {
    hang: true,
    ignoreSigterm: true,
    inChild: true,
  }),
  crictl('floods', { fillMegabytes: 80 }),
  crictl('fails', { exitCode: 1, stderr: 'connect: no such file or directory' }),
  crictl('answers garbage', { stdout: '{"images":[{"id":' }),
];

function crictl(name: string, answer: Parameters<SoakNode['crictl']['answer']>[1]) {
  return (node: SoakNode): Fault => ({
    name: `crictl ${name}`,
    begin: () => {
      for (const command of ['images', 'ps'] as const) node.crictl.answer(command, answer);
    },
    end: () => {
      for (const command of ['images', 'ps'] as const) {
        node.crictl.answer(command, node.healthy[command] ?? {});
      }
    },
  });
}

export function logTrack(options: TrackOptions): Promise<void> {
  const { random, topology } = options;
  const { logFile, url } = topology;
  const nothing = (): void => undefined;
  const signal = () => topology.router.kill('SIGHUP');
  const faults: readonly Fault[] = [
    { name: 'SIGHUP', begin: signal, end: nothing },
    {
      name: 'log renamed, then SIGHUP',
      begin: () => renameSync(logFile, `${logFile}.1`),
      end: signal,
    },
    {
      name: 'folder of the log removed',
      begin: () => removeAtOnce(`${logFile}.d`),
      end: nothing,
    },
    { name: 'log removed', begin: () => rmSync(logFile), end: nothing },
    { name: 'log truncated', begin: () => truncateSync(logFile), end: nothing },
  ];
  let asked = 0;
  return track(
    options,
    () => {
      const fault = random.pick(faults);
      return { ...fault, name: `log: ${fault.name}` };
    },
    async () => {
      asked += 1;
      const id = `seen-${asked}`;
      const headers = { 'x-request-id': id };
      await (await fetch(`${url}/harbor/artifacts/x`, { headers })).text();
      if (!readFileSync(logFile, 'utf8').includes(id)) throw new Error('the line is missing');
    },
  );
}
