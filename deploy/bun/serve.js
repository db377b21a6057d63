/**
 * One function, or the router, on Bun, after `npm run build`: `bun deploy/bun/serve.js [NAME]`.
 * The configuration comes from the environment, by the variables of docs/configuration.md.
 */
const name = process.argv[2] ?? 'router';
const { default: app } = await import(`../../dist/functions/${name}.js`);

const server = Bun.serve({
  hostname: process.env.APP_HOST || '127.0.0.1',
  port: process.env.APP_PORT || 8080,
  // By default Bun closes a connection after 10 s without a byte, but a long list takes longer to begin.
  idleTimeout: 120,
  // More than the largest accepted body, so that the service itself refuses a larger one.
  maxRequestBodySize: 2 * 1024 * 1024,
  fetch: (request) => app.fetch(request),
});
process.stderr.write(`${name} listens on ${server.url}\n`);

for (const signal of ['SIGTERM', 'SIGINT']) {
  process.once(signal, async () => {
    await server.stop(); // requests under way are answered
    process.exit(0);
  });
}
