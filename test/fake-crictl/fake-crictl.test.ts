import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { crictlOutput, crictlRun } from '../fixtures/recordings.ts';
import { eventually } from '../support/eventually.ts';
import { type CrictlAnswers, type FakeCrictl, fakeCrictl } from './index.ts';
import { RECORDED_VERSIONS, recordedAnswers } from './recorded.ts';

const made: FakeCrictl[] = [];

function fake(answers: CrictlAnswers): FakeCrictl {
  const crictl = fakeCrictl(answers);
  made.push(crictl);
  return crictl;
}

afterEach(() => {
  for (const crictl of made.splice(0)) crictl.cleanup();
});

describe('the fake crictl', () => {
  it('answers the subcommand behind global options, and logs its arguments', () => {
    const crictl = fake({ images: { stdout: '{"images":[]}', stderr: 'a warning\n' } });

    const run = spawnSync(crictl.path, ['--timeout', '5s', 'images', '-o', 'json']);

    expect(String(run.stdout)).toBe('{"images":[]}');
    expect(String(run.stderr)).toBe('a warning\n');
    expect(run.status).toBe(0);
    expect(crictl.calls()).toEqual([['--timeout', '5s', 'images', '-o', 'json']]);
  });

  it('fails loudly when a subcommand was not scripted', () => {
    const run = spawnSync(fake({}).path, ['ps', '-a', '-o', 'json']);

    expect(run.status).toBe(97);
  });

  it('changes its script between two calls', () => {
    const crictl = fake({ images: { exitCode: 1 } });

    const before = spawnSync(crictl.path, ['images']);
    crictl.answer('images', { stdout: 'well again' });
    const after = spawnSync(crictl.path, ['images']);

    expect([before.status, after.status, String(after.stdout)]).toEqual([1, 0, 'well again']);
  });

  it('fills its output', () => {
    const crictl = fake({ images: { stdout: '{', fillMegabytes: 2 } });

    const run = spawnSync(crictl.path, ['images'], { maxBuffer: 3_000_000 });

    expect(run.stdout.length).toBe(2_000_001);
  });

  it('hangs in a child that ignores SIGTERM, until its group is killed', async () => {
    const crictl = fake({ images: { hang: true, ignoreSigterm: true, inChild: true } });
    const running = spawn(crictl.path, ['images'], { detached: true });
    const ended = once(running, 'exit');
    await eventually(() => expect(crictl.pids()).toHaveLength(2));
    const group = -(running.pid ?? Number.NaN);

    process.kill(group, 'SIGTERM');
    const survived = process.kill(group, 0);
    process.kill(group, 'SIGKILL');

    expect(survived).toBe(true);
    expect(await ended).toEqual([null, 'SIGKILL']);
  });

  it.each(RECORDED_VERSIONS)('replays %s byte for byte', (version) => {
    const crictl = fake({
      ...recordedAnswers(version),
      ps: crictlRun(version, 'no-socket'),
    });

    const images = spawnSync(crictl.path, ['images', '-o', 'json']);
    const ps = spawnSync(crictl.path, ['ps', '-a', '-o', 'json']);

    expect(String(images.stdout)).toBe(crictlOutput(version, 'images.json'));
    expect(String(ps.stderr)).toBe(crictlRun(version, 'no-socket').stderr);
    expect(ps.status).toBe(1);
  });
});
