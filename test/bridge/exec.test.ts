import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { run } from '../../bridge/exec.ts';
import { eventually } from '../support/eventually.ts';
import { testFolder } from '../support/folder.ts';
import { buildProgram } from '../support/program.ts';
import { ENDED, writeProgram } from './programs.ts';

/** Waits until the process whose id a script wrote has ended. */
async function expectGone(pidFile: string): Promise<void> {
  const pid = readFileSync(pidFile, 'utf8').trim();
  expect(pid).toMatch(/^\d+$/);
  // A zombie has ended, too, but its parent has not waited for it yet.
  const state = (): string =>
    existsSync(`/proc/${pid}/stat`)
      ? (readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.[0] ?? '')
      : 'gone';
  await eventually(() => expect(['gone', 'Z']).toContain(state()));
}

describe('run', () => {
  it('returns the output of the program and its exit code', async () => {
    const file = writeProgram(testFolder(), 'p', 'echo out; echo err >&2; exit 3');
    const result = await run({ file, args: [], timeoutMs: 5000 });
    expect(result).toEqual({ ...ENDED, exitCode: 3, stdout: 'out\n', stderr: 'err\n' });
  });

  it('passes arguments unchanged, without a shell', async () => {
    const file = writeProgram(testFolder(), 'p', 'printf "%s|" "$@"');
    const args = ['$HOME', '; echo x', '"*"', ''];
    expect((await run({ file, args, timeoutMs: 5000 })).stdout).toBe('$HOME|; echo x|"*"||');
  });

  it('passes on a minimal environment only', async () => {
    vi.stubEnv('HARBOR_PASSWORD', 'a-secret');
    vi.stubEnv('CRI_CONFIG_FILE', '/etc/other.yaml');
    const result = await run({ file: '/usr/bin/env', args: [], timeoutMs: 5000 });
    vi.unstubAllEnvs();
    const names = result.stdout
      .trim()
      .split('\n')
      .map((line) => line.split('=')[0]);
    expect(names.filter((name) => !['PATH', 'HOME', 'LANG'].includes(name ?? ''))).toEqual([]);
    expect(names).toEqual(expect.arrayContaining(['PATH', 'LANG']));
  });

  it('gives the program no input to wait for', async () => {
    const file = writeProgram(testFolder(), 'p', 'cat; echo end');
    expect((await run({ file, args: [], timeoutMs: 5000 })).stdout).toBe('end\n');
  });

  it('says ENOENT when there is no such program', async () => {
    const file = join(testFolder(), 'missing');
    const result = await run({ file, args: [], timeoutMs: 5000 });
    expect(result).toEqual({ ...ENDED, exitCode: null, spawnError: 'ENOENT' });
  });

  it('says EACCES when the program is not executable', async () => {
    const result = await run({ file: '/etc/passwd', args: [], timeoutMs: 5000 });
    expect(result).toEqual({ ...ENDED, exitCode: null, spawnError: 'EACCES' });
  });

  it('returns a failure, and does not throw, when the arguments are invalid', async () => {
    const result = await run({ file: '/bin/true', args: ['a\0b'], timeoutMs: 5000 });
    expect(result.spawnError).toBe('ERR_INVALID_ARG_VALUE');
  });

  it('names the signal that ended the program', async () => {
    const file = writeProgram(testFolder(), 'p', 'kill -9 $$');
    const result = await run({ file, args: [], timeoutMs: 5000 });
    expect(result).toEqual({ ...ENDED, exitCode: null, signal: 'SIGKILL' });
  });

  it('ends the program and its children at the deadline', async () => {
    const folder = testFolder();
    const file = writeProgram(folder, 'p', `sleep 60 & echo $! > ${folder}/pid; echo begun; wait`);
    const result = await run({ file, args: [], timeoutMs: 2_000 });
    expect(result).toMatchObject({ timedOut: true, stdout: 'begun\n' });
    await expectGone(`${folder}/pid`);
  });

  it('also ends a program that ignores SIGTERM', async () => {
    const folder = testFolder();
    const script = `trap '' TERM; echo $$ > ${folder}/pid; while :; do sleep 0.1; done`;
    const file = writeProgram(folder, 'p', script);
    const result = await run({ file, args: [], timeoutMs: 2_000 });
    expect(result.timedOut).toBe(true);
    await expectGone(`${folder}/pid`);
  });

  it('ends a child that ignores SIGTERM and outlives its parent', async () => {
    const folder = testFolder();
    const child = `trap '' TERM; exec >/dev/null 2>&1; while :; do sleep 0.1; done`;
    const file = writeProgram(folder, 'p', `sh -c "${child}" & echo $! > ${folder}/pid; wait`);
    const result = await run({ file, args: [], timeoutMs: 2_000 });
    expect(result.timedOut).toBe(true);
    await expectGone(`${folder}/pid`);
  });

  it('does not wait for a child that keeps the pipe open, and ends it', async () => {
    const folder = testFolder();
    const file = writeProgram(folder, 'p', `sleep 60 & echo $! > ${folder}/pid; echo done`);
    const result = await run({ file, args: [], timeoutMs: 60_000 });
    expect(result).toEqual({ ...ENDED, stdout: 'done\n' });
    await expectGone(`${folder}/pid`);
  });

  it('ends a child that the program leaves behind without the pipe, even when it ignores SIGTERM', async () => {
    const folder = testFolder();
    const child = `trap "" TERM; echo > ${folder}/ready; while :; do sleep 0.1; done`;
    const start = `sh -c '${child}' >/dev/null 2>&1 & echo $! > ${folder}/pid`;
    const wait = `while [ ! -e ${folder}/ready ]; do sleep 0.01; done`;
    const file = writeProgram(folder, 'p', `${start}; ${wait}; echo done`);
    const result = await run({ file, args: [], timeoutMs: 60_000 });
    expect(result).toEqual({ ...ENDED, stdout: 'done\n' });
    await expectGone(`${folder}/pid`);
  });

  it('does not wait for a child that left the process group with the pipe', async () => {
    const folder = testFolder();
    const file = writeProgram(folder, 'p', `setsid sleep 3 & echo done`);
    const result = await run({ file, args: [], timeoutMs: 60_000 });
    expect(result).toEqual({ ...ENDED, stdout: 'done\n' });
  });

  it('does not wait longer than the deadline for one that keeps writing there', async () => {
    // Without pauses, which a loaded machine makes longer than the wait for more output.
    const child = 'timeout 10 sh -c "while :; do echo x; done"';
    const file = writeProgram(testFolder(), 'p', `setsid ${child} &`);
    const startedAtMs = performance.now();
    const result = await run({ file, args: [], timeoutMs: 1_000 });
    expect(result).toMatchObject({ exitCode: 0, timedOut: true });
    expect(performance.now() - startedAtMs).toBeLessThan(8_000); // it writes for ten seconds
  });

  it('reads exactly as much as the program may write', async () => {
    const file = writeProgram(testFolder(), 'p', 'head -c 100000 /dev/zero | tr "\\0" x');
    const result = await run({ file, args: [], timeoutMs: 20_000, maxOutputBytes: 100_000 });
    expect(result).toEqual({ ...ENDED, stdout: 'x'.repeat(100_000) });
  });

  it.each([
    ['stdout', 1],
    ['stderr', 2],
  ])('ends a program that writes more than it may to %s', async (_, descriptor) => {
    const file = writeProgram(testFolder(), 'p', `exec yes >&${descriptor}`);
    const result = await run({ file, args: [], timeoutMs: 60_000, maxOutputBytes: 100_000 });
    expect(result).toMatchObject({ truncated: true, timedOut: false, stdout: '' });
  });

  it('reads all of a long output although this process is busy when the program ends', async () => {
    const script = `head -c 150000 /dev/zero | tr "\\0" x`;
    const file = writeProgram(testFolder(), 'p', script);
    const running = run({ file, args: [], timeoutMs: 20_000 });
    const busy = setInterval(() => {
      const until = performance.now() + 300;
      while (performance.now() < until);
    }, 1);
    const result = await running;
    clearInterval(busy);
    expect(result.stdout).toHaveLength(150_000);
  });

  it('ends a child at the deadline that continues writing after its parent', async () => {
    const folder = testFolder();
    const child = 'while :; do echo x; done';
    const file = writeProgram(folder, 'p', `(${child}) & echo $! > ${folder}/pid`);
    const result = await run({ file, args: [], timeoutMs: 2_000 });
    expect(result).toMatchObject({ exitCode: 0, timedOut: true });
    await expectGone(`${folder}/pid`);
  });

  it('keeps the first 64 KiB of stderr and lets the program continue', async () => {
    const script = 'head -c 1000000 /dev/zero | tr "\\0" x >&2; echo done';
    const file = writeProgram(testFolder(), 'p', script);
    const result = await run({ file, args: [], timeoutMs: 10_000 });
    expect(result).toMatchObject({ exitCode: 0, stdout: 'done\n' });
    expect(result.stderr).toBe('x'.repeat(65_536));
  });

  it('ends the program when its signal aborts', async () => {
    const folder = testFolder();
    const file = writeProgram(folder, 'p', `echo $$ > ${folder}/pid; exec sleep 60`);
    const abort = new AbortController();
    const running = run({ file, args: [], timeoutMs: 60_000, signal: abort.signal });
    await eventually(() => expect(readFileSync(`${folder}/pid`, 'utf8')).toMatch(/\d\n/));
    abort.abort();
    expect(await running).toMatchObject({ signal: 'SIGTERM', timedOut: false, exitCode: null });
    await expectGone(`${folder}/pid`);
  });

  it('does not start the program when its signal was aborted before', async () => {
    const folder = testFolder();
    const file = writeProgram(folder, 'p', `touch ${folder}/started`);
    const signal = AbortSignal.abort();
    expect(await run({ file, args: [], timeoutMs: 5000, signal })).toMatchObject({
      exitCode: null,
    });
    expect(existsSync(`${folder}/started`)).toBe(false);
  });
});

const starved = await buildProgram(new URL('starved-process.ts', import.meta.url));
const flooded = await buildProgram(new URL('flooded-process.ts', import.meta.url));

describe('a process that runs programs', () => {
  it('survives a shortage of file descriptors: overloaded, then it works again', async () => {
    const args = ['--nofile=256', process.execPath, starved];
    const result = await run({ file: '/usr/bin/prlimit', args, timeoutMs: 30_000 });
    expect(result).toMatchObject({ exitCode: 0, stderr: '' });
    const { outcomes, afterwards, leaked } = JSON.parse(result.stdout);
    expect(outcomes[0]).toEqual({ code: 'overloaded', headers: { 'Retry-After': '1' } });
    expect(outcomes.at(-1)).toEqual({ code: 'ok' });
    expect(new Set(outcomes.map(({ code }: { code: string }) => code))).toEqual(
      new Set(['overloaded', 'ok']),
    );
    expect(afterwards).toEqual({ code: 'ok' });
    expect(leaked).toBe(0);
  });

  it('keeps no memory of floods', async () => {
    const args = ['--expose-gc', flooded];
    const result = await run({ file: process.execPath, args, timeoutMs: 60_000 });
    expect(result).toMatchObject({ exitCode: 0, stderr: '' });
    const { floods, growth, collected } = JSON.parse(result.stdout);
    expect(collected).toBe(true);
    expect(floods).toEqual(Array(6).fill({ truncated: true, stdout: '' }));
    // In MB. Measured: at most 17 and 4. A flood of stdout that is kept is 64, one of stderr 16.
    expect(growth.resident).toBeLessThan(40);
    expect(growth.buffers).toBeLessThan(10);
  });
});
