import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { identityOf, isRunning } from '../../../../shared/node/system/process-id.ts';

it('an identity is the pid and the time of its start', () => {
  expect(identityOf('self')).toMatch(new RegExp(`^${process.pid} \\d+$`));
  expect(identityOf(process.pid)).toBe(identityOf('self'));
});

it('a process runs only with its own identity', () => {
  expect(isRunning(`${identityOf('self')}\n`)).toBe(true);
  expect(isRunning(`${process.pid} 1`)).toBe(false);
});

it.each(['', 'x', '1', '../1 2'])('%j names no process', (identity) => {
  expect(isRunning(identity)).toBe(false);
});

it('a process that has ended has no identity', async () => {
  const child = spawn('true');
  await once(child, 'exit');

  expect(identityOf(child.pid ?? 0)).toBeNull();
});
