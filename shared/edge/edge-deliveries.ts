/** Harbor's deliveries where requests share nothing. */
import { sleep } from '../sleep.ts';
import type { DeliveryTaker } from '../webhooks/delivery.ts';
import { deliverySettings } from '../webhooks/delivery-settings.ts';
import { createEdgeDeliveries } from '../webhooks/edge-deliveries.ts';
import type { EdgeUpstreams } from './edge.ts';

export function edgeDeliveries(context: EdgeUpstreams): DeliveryTaker {
  const { configuration, logger, deferral, bridge } = context;
  return createEdgeDeliveries({
    ...deliverySettings(configuration, bridge),
    ...(deferral === 'before' && { deferral }),
    fetch: (input, init) => fetch(input, init),
    now: () => Date.now(),
    sleep,
    logger,
  });
}
