/** The taker of Harbor's deliveries in a function that is deployed as such. */
import type { Services } from '../endpoint.ts';
import type { DeliveryTaker } from '../webhooks/delivery.ts';
import { deliverySettings } from '../webhooks/delivery-settings.ts';
import { createEdgeDeliveries } from '../webhooks/edge-deliveries.ts';

/** Makes the taker from the services that it uses. */
export function edgeWebhooks(services: Omit<Services, 'webhooks' | 'answerOnce'>): DeliveryTaker {
  return createEdgeDeliveries({
    ...services,
    ...deliverySettings(services.configuration, services.bridge),
  });
}
