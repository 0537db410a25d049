import { createHmac } from 'node:crypto';

/**
 * Returns the headers of Standard Webhooks (spec/standard-webhooks.md, "Webhook headers" and "Signature scheme"). The
 * webhook-id is identical in all attempts of a delivery; the timestamp is the time of the current attempt. There is one
 * signature per secret, so that receivers can rotate secrets.
 */
export function standardWebhookHeaders(
  id: string,
  atMs: number,
  body: string,
  secrets: readonly string[],
): Record<string, string> {
  const timestamp = String(Math.floor(atMs / 1_000));
  const signatures: string[] = [];
  for (const secret of secrets) {
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
    const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
    signatures.push(`v1,${signature}`);
  }
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    ...(signatures.length > 0 && { 'webhook-signature': signatures.join(' ') }),
  };
}
