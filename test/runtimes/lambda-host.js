/**
 * `node lambda-host.js FILE PORT`: stands in for the Lambda service around one handler: an event as
 * the body of a POST, its JSON answer back.
 */
import { createServer } from 'node:http';
import { pathToFileURL } from 'node:url';

const [file, port] = process.argv.slice(2);
const { handler } = await import(pathToFileURL(file).href);

createServer(async (incoming, outgoing) => {
  let event = '';
  for await (const part of incoming) event += part;
  outgoing.end(JSON.stringify(await handler(JSON.parse(event))));
}).listen(Number(port), '127.0.0.1');
