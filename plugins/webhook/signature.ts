import { createHmac } from 'node:crypto';

/**
 * Returns the headers of Standard Webhooks (spec/standard-webhooks.md, "Webhook headers" and "Signature scheme"). The
 * id is the same in all attempts; the timestamp is the time of this attempt. There is one signature per secret, so that
 * receivers can rotate secrets.
 */
export function standardWebhookHeaders(
  id: string,
  atMs: number,
  body: string,
  secrets: readonly string[],
): Record<string, string> {
  const timestamp = String(Math.floor(atMs / 1_000));
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  });
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    ...(signatures.length > 0 && { 'webhook-signature': signatures.join(' ') }),
  };
}
