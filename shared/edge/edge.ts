/**
 * A function as it is deployed on its own: configuration from bindings (workerd) or the environment
 * (Deno, Bun, Lambda, Node), logs to the console, nothing shared between requests but finished values.
 */
import type { Hono } from 'hono';
import { type Configuration, readConfiguration } from '../configuration/schema.ts';
import { createApp } from '../http/app.ts';
import type { FunctionEnv } from '../http/function.ts';
import type { AnyFunction } from '../http/routes.ts';
import { createConsoleLogger } from '../log/console-logger.ts';
import type { Logger } from '../log/logger.ts';
import { secretsOf } from '../log/redaction.ts';
import { Problem } from '../problem.ts';
import type { Services } from '../services.ts';
import { trivialServices } from '../trivial-services.ts';

type Bindings = Readonly<Record<string, unknown>>;

/** What a service is made from. */
export interface EdgeContext {
  readonly configuration: Configuration;
  readonly bindings: Bindings;
  readonly logger: Logger;
  /** When work is done that may follow the answer; `before` where nothing runs after it (Lambda). */
  readonly deferral: 'before' | 'after';
}

export type EdgeUpstreams = EdgeContext & Pick<Services, 'harbor' | 'bridge'>;

/** Makers of the services that only some functions use: each is in the bundle of those alone. */
export interface EdgeParts {
  readonly harbor?: (context: EdgeContext) => Services['harbor'];
  readonly bridge?: (context: EdgeContext) => Services['bridge'];
  readonly ignoreList?: (context: EdgeContext) => Services['ignoreList'];
  readonly deliveries?: (context: EdgeUpstreams) => Services['deliveries'];
  readonly readiness?: (context: EdgeUpstreams) => Services['readiness'];
}

/**
 * The default export of a function's file: a Hono app, and so a valid entry of workerd, `deno serve`,
 * Bun and the Lambda adapter.
 * @param parts the services that the function uses beside those that need no upstream
 */
export function edge(fn: AnyFunction, parts: EdgeParts = {}): Hono<FunctionEnv> {
  // One set of services for each set of bindings; none of them holds anything of a request.
  const known = new WeakMap<object, Services>();
  return createApp(fn, (env) => {
    const bindings = bindingsOf(env);
    const services = known.get(bindings) ?? edgeServices(bindings, parts);
    known.set(bindings, services);
    return services;
  });
}

/** Only workerd passes bindings. Elsewhere the second argument is something else, and they are the environment. */
function bindingsOf(env: unknown): Bindings {
  const { navigator, process } = globalThis as {
    navigator?: { readonly userAgent?: string };
    process?: { readonly env: Bindings };
  };
  if (navigator?.userAgent === 'Cloudflare-Workers') return env as Bindings;
  return process?.env ?? {};
}

/** @throws Problem invalid_configuration when bindings are wrong */
function edgeConfiguration(bindings: Bindings): Configuration {
  const { configuration, problems } = readConfiguration({ environment: bindings });
  if (configuration === null) {
    // Names, not values: this goes into an answer.
    const names = problems.map(({ name }) => name).join(', ');
    throw new Problem('invalid_configuration', `Missing or wrong bindings for: ${names}.`);
  }
  const { app_config } = configuration;
  // Anyone on the internet reaches a function: open reads must be meant.
  const public_reads = app_config.public_reads ?? false;
  return { ...configuration, app_config: { ...app_config, public_reads } };
}

/** @throws Problem invalid_configuration */
export function edgeServices(bindings: Bindings, parts: EdgeParts): Services {
  const configuration = edgeConfiguration(bindings);
  const { app_debug, log_level } = configuration.app_config;
  const logger = createConsoleLogger(app_debug ? 'DEBUG' : log_level, {
    secrets: secretsOf(configuration),
  });
  // Lambda sets this variable itself; it freezes the process with the answer.
  const deferral = bindings['AWS_LAMBDA_FUNCTION_NAME'] === undefined ? 'after' : 'before';
  const trivial = trivialServices(configuration, logger);
  const context = { configuration, bindings, logger, deferral } as const;
  const harbor = parts.harbor?.(context) ?? trivial.harbor;
  const bridge = parts.bridge?.(context) ?? trivial.bridge;
  const upstreams = { ...context, harbor, bridge };
  return {
    ...trivial,
    harbor,
    bridge,
    ignoreList: parts.ignoreList?.(context) ?? trivial.ignoreList,
    deliveries: parts.deliveries?.(upstreams) ?? trivial.deliveries,
    readiness: parts.readiness?.(upstreams) ?? trivial.readiness,
  };
}
