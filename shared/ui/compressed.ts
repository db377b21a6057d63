/** Compresses an answer if the client accepts that: pages and their assets. Answers of the API are left to proxies. */
import { compress } from 'hono/compress';
import type { FunctionMiddleware } from '../http/function.ts';

const compressAnswer: FunctionMiddleware = compress();

export const compressed: FunctionMiddleware = async function compressed(c, next) {
  await compressAnswer(c, next);
  const { res } = c;
  if (!res.headers.has('Content-Encoding')) return;
  // workerd compresses what has this header once more, unless the answer says otherwise. Other runtimes ignore that.
  const init = { status: res.status, headers: res.headers, encodeBody: 'manual' };
  c.res = undefined;
  c.res = new Response(res.body, init);
};
