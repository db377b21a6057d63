/**
 * The services of a function that is deployed as such: configuration from bindings (workerd) or the
 * environment (Deno, Bun, Lambda, Node), logs to the console, nothing shared between requests but
 * the parsed configuration.
 */
import { type App, createApp } from '../app.ts';
import { type Configuration, readConfiguration } from '../configuration/schema.ts';
import type { Endpoint, Services } from '../endpoint.ts';
import type { Bridge } from '../host/bridge.ts';
import { createConsoleLogger } from '../log/console-logger.ts';
import { secretsOf } from '../log/redaction.ts';
import { Problem } from '../problem.ts';
import { sleep } from '../sleep.ts';
import { runAlways } from '../webhooks/answer-once.ts';
import type { DeliveryTaker } from '../webhooks/delivery.ts';
import { deliverySettings, NO_DELIVERIES } from '../webhooks/delivery-settings.ts';
import type { EdgeDeliveryOptions } from '../webhooks/edge-deliveries.ts';

type Bindings = Readonly<Record<string, unknown>>;

/** What not every function needs: passed in, so that it is in the bundle of those alone. */
export interface EdgeParts {
  /** Makes the client of the bridge. */
  readonly bridge?: (configuration: Configuration) => Bridge | null;
  /** Makes the taker of Harbor's deliveries. */
  readonly webhooks?: (options: EdgeDeliveryOptions) => DeliveryTaker;
}

/** A valid default export for workerd, `deno serve`, Bun and the Lambda adapter. */
export function edgeApp(endpoints: readonly Endpoint[], parts: EdgeParts = {}): App {
  // Finished values only, one for each set of bindings (DESIGN, State).
  const known = new WeakMap<object, Services>();
  return createApp(endpoints, (env) => {
    const bindings = bindingsOf(env);
    let services = known.get(bindings);
    if (services === undefined) {
      services = edgeServices(bindings, parts);
      known.set(bindings, services);
    }
    return services;
  });
}

/** Only workerd passes bindings; elsewhere the second argument is something else, and the environment the process's. */
function bindingsOf(env: unknown): Bindings {
  const { navigator, process } = globalThis as {
    navigator?: { readonly userAgent?: string };
    process?: { readonly env: Bindings };
  };
  if (navigator?.userAgent === 'Cloudflare-Workers') return env as Bindings;
  return process?.env ?? {};
}

function edgeServices(bindings: Bindings, parts: EdgeParts): Services {
  const { configuration, problems } = readConfiguration({ environment: bindings });
  if (configuration === null) {
    // Names, not values: this goes into an answer.
    const names = problems.map(({ name }) => name).join(', ');
    throw new Problem('invalid_configuration', `Missing or wrong bindings for: ${names}.`);
  }
  const { app_debug, log_level } = configuration.app_config;
  const { IGNORE_LIST, AWS_LAMBDA_FUNCTION_NAME } = bindings;
  const basics = {
    configuration,
    logger: createConsoleLogger(app_debug ? 'DEBUG' : log_level, {
      secrets: secretsOf(configuration),
    }),
    fetch: (...call: Parameters<typeof fetch>) => fetch(...call),
    bridge: parts.bridge?.(configuration) ?? null,
    now: () => Date.now(),
    sleep,
    ...(typeof IGNORE_LIST === 'string' && { ignoreListText: IGNORE_LIST }),
    // Lambda sets this itself; it freezes the process with the answer.
    ...(AWS_LAMBDA_FUNCTION_NAME !== undefined && { deferral: 'before' as const }),
  };
  const delivery = { ...basics, ...deliverySettings(configuration, basics.bridge) };
  const webhooks = parts.webhooks?.(delivery) ?? NO_DELIVERIES;
  return { ...basics, webhooks, answerOnce: runAlways };
}
