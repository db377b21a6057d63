/**
 * The services of a function that is deployed as such: configuration from bindings (workerd) or the
 * environment (Deno, Bun, Node), logs to the console, nothing shared between requests but the
 * parsed configuration.
 */
import { getRuntimeKey, env as runtimeEnvironment } from 'hono/adapter';
import { type App, createApp } from './app.ts';
import { type Configuration, parseConfiguration } from './configuration.ts';
import { createConsoleLogger } from './console-logger.ts';
import type { Endpoint, Services } from './endpoint.ts';
import { Problem } from './problem.ts';
import { secretsOf } from './redaction.ts';
import { sleep } from './sleep.ts';

type Bindings = Readonly<Record<string, string | undefined>>;

/** A valid default export for workerd, `deno serve`, Bun and the Lambda adapter. */
export function edgeApp(endpoints: readonly Endpoint[]): App {
  // Finished values only, one for each set of bindings (DESIGN, State).
  const known = new WeakMap<object, Services>();
  return createApp(endpoints, (env) => {
    // Only workerd passes bindings; elsewhere the one environment is the process's.
    const owner = getRuntimeKey() === 'workerd' ? (env as object) : globalThis;
    let services = known.get(owner);
    if (services === undefined) {
      services = edgeServices(runtimeEnvironment<Bindings>({ env } as never));
      known.set(owner, services);
    }
    return services;
  });
}

function edgeServices(bindings: Bindings): Services {
  const { configuration, problems } = parseConfiguration({ file: {}, environment: bindings });
  if (configuration === null) {
    // Names, not values: this goes into an answer.
    const names = problems.map((problem) => problem.split(':')[0]).join(', ');
    throw new Problem('invalid_configuration', `Missing or wrong bindings for: ${names}.`);
  }
  const { app_debug, log_level } = configuration.app_config;
  return {
    configuration,
    logger: createConsoleLogger(app_debug ? 'DEBUG' : log_level, {
      secrets: secretsOf(configuration),
    }),
    fetch: (input, init) => fetch(input, init),
    bridge: edgeBridge(configuration),
    now: () => Date.now(),
    sleep,
    ...(bindings['IGNORE_LIST'] !== undefined && { ignoreListText: bindings['IGNORE_LIST'] }),
  };
}

/** The bridge over HTTP comes with the bridge process (issue 4). */
function edgeBridge(_configuration: Configuration): null {
  return null;
}
