/** The answer of POST /webhooks/harbor. */
import * as z from 'zod/mini';

/** `ignored`: no event of this type affects a host. */
export const deliveryAnswerSchema = z.object({
  outcome: z.enum(['accepted', 'ignored']),
  request_id: z.string(),
});
export type DeliveryAnswer = z.infer<typeof deliveryAnswerSchema>;
