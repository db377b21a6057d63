/** How long `/livez` takes while something else is asked, measured in a thread that does nothing else. */
import { Worker } from 'node:worker_threads';

const PROBE = `
const { get, Agent } = require('node:http');
const { parentPort, workerData } = require('node:worker_threads');
const agent = new Agent({ keepAlive: true });
let slowestMs = 0;
let stopped = false;
parentPort.on('message', () => { stopped = true; });
const ask = () => {
  const startedAtMs = performance.now();
  get(workerData + '/livez', { agent }, (answer) => {
    answer.resume().on('end', () => {
      slowestMs = Math.max(slowestMs, performance.now() - startedAtMs);
      if (stopped) { parentPort.postMessage(slowestMs); process.exit(); }
      setTimeout(ask, 5);
    });
  });
};
ask();
`;

/** Asks until stopped. @returns a function that stops it and tells the slowest answer, milliseconds */
export function probeLivez(url: string): () => Promise<number> {
  const worker = new Worker(PROBE, { eval: true, workerData: url });
  const slowest = new Promise<number>((resolve, reject) => {
    worker.once('message', resolve).once('error', reject);
  });
  return () => {
    worker.postMessage('stop');
    return slowest;
  };
}
