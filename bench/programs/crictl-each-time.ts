/** The old service's way: each request runs crictl and returns its output. */

import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { promisify } from 'node:util';
import { listenAndSay, optionsOf } from '../answering.ts';

const { crictlPath } = optionsOf<{ crictlPath: string }>();
const run = promisify(execFile);
listenAndSay(
  createServer(async (_request, response) => {
    const { stdout } = await run(crictlPath, ['images', '-o', 'json']);
    const body = JSON.stringify(JSON.parse(stdout).images, null, 2);
    response.writeHead(200, {
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(body),
    });
    response.end(body);
  }),
);
