/**
 * Keeps Node from opening its debugger on SIGUSR1: whoever may send the signal, or reaches the port on loopback, could
 * run code in a process that may be root's. Each program imports this file first, because a handler that is set after
 * the rest has started leaves time for the signal. `--disable-sigusr1` would leave none, but Node 20 refuses it.
 */
import inspector from 'node:inspector';

/** A developer asked for it at the start. */
const isWanted = [...process.execArgv, process.env['NODE_OPTIONS'] ?? ''].some((options) =>
  /(?:^|\s)--inspect(?:-brk|-wait)?(?:=|\s|$)/.test(options),
);

// A signal with a listener does not start the debugger.
process.on('SIGUSR1', () => undefined);
if (!isWanted) {
  // A signal from before the handler is served by now, or in the first turn of the event loop.
  inspector.close();
  setImmediate(() => inspector.close());
}
