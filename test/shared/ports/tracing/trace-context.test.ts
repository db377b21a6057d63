import { describe, expect, it } from 'vitest';
import {
  childContext,
  readTraceContext,
  traceHeaders,
} from '../../../../shared/ports/tracing/trace-context.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';
const VALID = `00-${TRACE}-${PARENT}-01`;

const read = (traceparent: string, tracestate?: string) =>
  readTraceContext(new Headers({ traceparent, ...(tracestate !== undefined && { tracestate }) }));

describe('a traceparent', () => {
  it('is read with its flags', () => {
    const context = { traceId: TRACE, spanId: PARENT, tracestate: null };
    expect(read(VALID)).toEqual({ ...context, flags: 1 });
    expect(read(`00-${TRACE}-${PARENT}-00`)).toEqual({ ...context, flags: 0 });
  });

  it('loses flags that this version does not know', () => {
    expect(read(`00-${TRACE}-${PARENT}-ff`)?.flags).toBe(3);
  });

  it.each([
    ['with more fields', `cc-${TRACE}-${PARENT}-01-what-the-future-will-be-like`],
    ['without more fields', `01-${TRACE}-${PARENT}-01`],
  ])('of a later version is read %s', (_what, traceparent) => {
    expect(read(traceparent)).toMatchObject({ traceId: TRACE, spanId: PARENT, flags: 1 });
  });

  it.each([
    ['is missing', ''],
    ['has version ff', `ff-${TRACE}-${PARENT}-01`],
    ['has a trace id of zeros', `00-${'0'.repeat(32)}-${PARENT}-01`],
    ['has a parent id of zeros', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['has upper-case digits', `00-${TRACE.toUpperCase()}-${PARENT}-01`],
    ['has an upper-case version', `CC-${TRACE}-${PARENT}-01`],
    ['has other digits', `00-${TRACE.replace('0', 'g')}-${PARENT}-01`],
    ['has a short trace id', `00-${TRACE.slice(1)}-${PARENT}-01`],
    ['has a long parent id', `00-${TRACE}-${PARENT}0-01`],
    ['has short flags', `00-${TRACE}-${PARENT}-1`],
    ['has no flags', `00-${TRACE}-${PARENT}`],
    ['has more fields in version 00', `${VALID}-00`],
    ['ends in a dash in version 00', `${VALID}-`],
    ['has more digits in a later version', `cc-${TRACE}-${PARENT}-01what`],
    ['has a space', `00-${TRACE}-${PARENT} -01`],
  ])('begins a new trace if it %s', (_what, traceparent) => {
    expect(read(traceparent, 'vendor=1')).toBeNull();
  });

  it.each([VALID, `cc-${TRACE}-${PARENT}-01-more`])('twice begins a new trace: %s', (first) => {
    const headers = new Headers({ traceparent: first });
    headers.append('traceparent', VALID);
    expect(readTraceContext(headers)).toBeNull();
  });
});

describe('a tracestate', () => {
  it('is passed on, from several headers too', () => {
    const headers = new Headers({ traceparent: VALID, tracestate: 'rojo=00f067aa0ba902b7' });
    headers.append('tracestate', 'congo=t61rcWkgMzE');
    const context = readTraceContext(headers);
    expect(context?.tracestate).toBe('rojo=00f067aa0ba902b7, congo=t61rcWkgMzE');
  });

  it('loses its last members beyond 512 characters', () => {
    const members = Array.from({ length: 6 }, (_, index) => `v${index}=${'x'.repeat(97)}`);
    expect(read(VALID, members.join())?.tracestate).toBe(members.slice(0, 5).join());
  });

  it('has at most 32 members', () => {
    const members = Array.from({ length: 40 }, (_, index) => `v${index}=1`);
    expect(read(VALID, members.join())?.tracestate).toBe(members.slice(0, 32).join());
  });

  it('is dropped if its first member is too long', () => {
    expect(read(VALID, `v=${'x'.repeat(600)}`)?.tracestate).toBeNull();
  });
});

describe('the headers of a call', () => {
  it('keep the trace, with a parent of its own for each call', () => {
    const context = read(VALID, 'vendor=1');
    const [first, second] = [childContext(context), childContext(context)];
    expect(traceHeaders(first)).toEqual({
      traceparent: `00-${TRACE}-${first.spanId}-01`,
      tracestate: 'vendor=1',
    });
    expect(new Set([PARENT, first.spanId, second.spanId]).size).toBe(3);
  });

  it('are valid in a new trace, which nobody has recorded', () => {
    const context = childContext(null);
    const { traceparent = '' } = traceHeaders(context);
    expect(traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-02$/);
    expect(read(traceparent)).toEqual(context);
  });

  it.each(['v=\u009b31m', 'v=\u00e9', 'a=1, v=\u007f'])(
    'is not passed on with %j',
    (tracestate) => {
      expect(read(VALID, tracestate)).toMatchObject({ traceId: TRACE, tracestate: null });
    },
  );
});
