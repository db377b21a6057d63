import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createConsoleLogger } from '../../../../shared/adapters/log/console-logger.ts';

let printed: [method: string, line: string][];

beforeEach(() => {
  printed = [];
  for (const method of ['debug', 'info', 'warn', 'error'] as const) {
    vi.spyOn(console, method).mockImplementation((line) => {
      printed.push([method, String(line)]);
    });
  }
});
afterEach(() => {
  vi.restoreAllMocks();
});

it('prints lines of JSON by the method that fits the level', () => {
  const logger = createConsoleLogger('DEBUG').child('harbor');
  logger.log('DEBUG', 'a');
  logger.log('INFO', 'b');
  logger.log('WARNING', 'c', { request_id: 'r1' });
  logger.log('ERROR', 'd');
  logger.log('CRITICAL', 'e');

  expect(printed.map(([method]) => method)).toEqual(['debug', 'info', 'warn', 'error', 'error']);
  expect(JSON.parse(printed[2]?.[1] ?? '')).toEqual({
    time: expect.stringMatching(/Z$/),
    level: 'WARNING',
    module: 'harbor',
    msg: 'c',
    request_id: 'r1',
  });
});

it('prints errors with their causes, and no secret', () => {
  const logger = createConsoleLogger('INFO', { secrets: ['hunter2'] });
  logger.log('ERROR', 'failed', {
    err: new Error('with hunter2', { cause: new TypeError('why') }),
  });

  expect(JSON.parse(printed[0]?.[1] ?? '')).toMatchObject({
    err: { type: 'Error', message: 'with [secret]', cause: { type: 'TypeError', message: 'why' } },
  });
});
