/** The services of the domain in memory, and requests, for tests that call it as functions. */
import type { Registry as Model } from '../../demo/harbor/registry.ts';
import { trivialServices } from '../../shared/http/trivial-services.ts';
import { createMemo } from '../../shared/node/sharing/memo.ts';
import { backgroundRequest, type RequestContext } from '../../shared/ports/request.ts';
import type { DomainServices } from '../../shared/ports/services.ts';
import { configurationOf } from './configuration.ts';
import { memoryLog } from './log.ts';
import { memoryRegistry } from './memory-registry.ts';
import { type NodesByName, nodesOf } from './nodes.ts';

/** Services over a registry and nodes in memory. */
export function domainServices(model: Model, nodes: NodesByName): DomainServices {
  const configuration = configurationOf({
    harbor_config: { harbor_host: 'http://harbor.example.test' },
  });
  return {
    ...trivialServices(configuration, memoryLog().logger),
    registry: memoryRegistry(model),
    nodes: nodesOf(nodes),
    memo: createMemo(),
  };
}

/** A request that nobody sent. */
export function aRequest(): RequestContext {
  const calls = { begin: () => ({ headers: {}, end: () => undefined }) };
  return backgroundRequest(new AbortController().signal, calls);
}
