/**
 * Makes a function deployable on its own: configuration from bindings (workerd) or the environment (Deno,
 * Bun, Lambda, Node), the log on the console. Requests share only finished values.
 */
import type { Hono } from 'hono';
import { createConsoleLogger } from '../adapters/log/console-logger.ts';
import { secretsOf } from '../adapters/log/redaction.ts';
import { createApp } from '../http/app.ts';
import type { FunctionEnv } from '../http/function.ts';
import type { Services } from '../http/function-services.ts';
import type { AnyFunction } from '../http/routes.ts';
import { trivialServices } from '../http/trivial-services.ts';
import type { Logger } from '../ports/logger.ts';
import { readConfiguration } from '../values/configuration/read-configuration.ts';
import type { Configuration } from '../values/configuration/schema.ts';
import { Problem } from '../values/problem.ts';

type Bindings = Readonly<Record<string, unknown>>;

/** The input of the makers of services. */
export interface EdgeContext {
  readonly configuration: Configuration;
  readonly bindings: Bindings;
  readonly logger: Logger;
  /** When deferred work runs: `before` the answer if the platform runs nothing after it (Lambda). */
  readonly deferral: 'before' | 'after';
}

export type EdgeUpstreams = EdgeContext & Pick<Services, 'registry' | 'bridge' | 'nodes'>;

/** Makers of services that only some functions use. The bundles of other functions do not contain them. */
export interface EdgeParts {
  readonly bridge?: (context: EdgeContext) => Services['bridge'];
  readonly nodes?: (context: EdgeContext) => Services['nodes'];
  readonly registry?: (context: EdgeContext) => Services['registry'];
  readonly ignoreList?: (context: EdgeContext) => Services['ignoreList'];
  readonly cleanupRuns?: Services['cleanupRuns'];
  readonly deliveries?: (context: EdgeUpstreams) => Services['deliveries'];
  readonly readiness?: (context: EdgeUpstreams) => Services['readiness'];
}

/**
 * The default export of a function's file: a Hono app, and so a valid entry point of workerd, `deno
 * serve`, Bun and the Lambda adapter.
 * @param parts the services that the function uses and that are not trivial
 */
export function edge(fn: AnyFunction, parts: EdgeParts = {}): Hono<FunctionEnv> {
  // One set of services for each set of bindings. They contain nothing of a request.
  const known = new WeakMap<object, Services>();
  return createApp(fn, (env) => {
    const bindings = bindingsOf(env);
    const services = known.get(bindings) ?? edgeServices(bindings, parts);
    known.set(bindings, services);
    return services;
  });
}

/** Only workerd passes bindings. On the other runtimes the environment takes their place. */
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
    // Names, not values, because the detail is part of an answer.
    const names = problems.map(({ name }) => name).join(', ');
    throw new Problem('invalid_configuration', `These keys are missing or not valid: ${names}.`);
  }
  const { app_config } = configuration;
  // Anyone on the internet can reach a function, so open reads must be intended.
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
  // Lambda sets this variable. It suspends the process after the answer.
  const deferral = bindings['AWS_LAMBDA_FUNCTION_NAME'] === undefined ? 'after' : 'before';
  const trivial = trivialServices(configuration, logger);
  const context = { configuration, bindings, logger, deferral } as const;
  const registry = parts.registry?.(context) ?? trivial.registry;
  const bridge = parts.bridge?.(context) ?? trivial.bridge;
  const nodes = parts.nodes?.(context) ?? trivial.nodes;
  const upstreams = { ...context, registry, bridge, nodes };
  return {
    ...trivial,
    registry,
    bridge,
    nodes,
    ignoreList: parts.ignoreList?.(context) ?? trivial.ignoreList,
    cleanupRuns: parts.cleanupRuns ?? trivial.cleanupRuns,
    deliveries: parts.deliveries?.(upstreams) ?? trivial.deliveries,
    readiness: parts.readiness?.(upstreams) ?? trivial.readiness,
  };
}
