/** A container as the answers over nodes show it. */
import * as z from 'zod/mini';
import type { HostContainer } from '../../ports/bridge.ts';

export const containerUseSchema = z.object({
  namespace: z.nullable(z.string()),
  pod: z.nullable(z.string()),
  container: z.string(),
  /** `running`, `exited`, `created` or `unknown`. */
  state: z.string(),
});
export type ContainerUse = z.infer<typeof containerUseSchema>;

/** The id takes the place of a missing name. */
export function containerUse({ namespace, pod, name, id, state }: HostContainer): ContainerUse {
  return { namespace, pod, container: name || id.slice(0, 13), state: containerState(state) };
}

/** `running` for `CONTAINER_RUNNING`. */
function containerState(state: string): string {
  return state.replace(/^CONTAINER_/, '').toLowerCase();
}

/** `app (running)`, for sentences that say before that it is a container. */
export function bareContainerText({ container, state }: ContainerUse): string {
  return `${container} (${state})`;
}

/** `shop/web-7d9f (container app, running)`; of a container without a known pod `container app (running)`. */
export function containerText(use: ContainerUse): string {
  const { namespace, pod, container, state } = use;
  if (pod === null) return `container ${bareContainerText(use)}`;
  const name = namespace === null ? pod : `${namespace}/${pod}`;
  return `${name} (container ${container}, ${state})`;
}
