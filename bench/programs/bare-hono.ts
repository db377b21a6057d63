/** The lower bound: Hono on the same server, with the same bytes as a constant. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { listenAndSay, optionsOf } from '../answering.ts';

const { bodyPath } = optionsOf<{ bodyPath: string }>();
const body = new Uint8Array(readFileSync(bodyPath));
const app = new Hono();
app.get('/local-images', (c) => c.body(body, 200, { 'Content-Type': 'application/json' }));
listenAndSay(createServer(getRequestListener(app.fetch)));
