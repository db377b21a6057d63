/** A call of a function by webhook, as raw text of HTTP. */

/** The beginning of its head. Only the body tells that the signature is wrong, so the service waits for the body. */
export function rawWebhookHead(): string {
  return (
    'POST /webhooks/local-images HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n' +
    `webhook-id: a\r\nwebhook-timestamp: ${Math.floor(Date.now() / 1000)}\r\nwebhook-signature: v1,YQ==\r\n`
  );
}
