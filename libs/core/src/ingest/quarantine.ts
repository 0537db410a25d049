import { createHash } from 'node:crypto';
import type { ReceivedEvent } from './prepare-event.js';

type Unreadable = Extract<ReceivedEvent['content'], { readonly kind: 'unreadable' }>;

/** Content of a received body that is kept in quarantine, with the reason that people see. */
export function unreadableContent(reason: string, body: Uint8Array): Unreadable {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const bodyHash = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  // Base64, because an unreadable body may be any bytes and must come out as it went in.
  return { kind: 'unreadable', reason, body: bytes.toString('base64'), bodyHash };
}

/** The same received event, kept in quarantine because it cannot be stored as it is. */
export function quarantined(received: ReceivedEvent, reason: string): ReceivedEvent {
  if (received.content.kind === 'unreadable') return received;
  return { ...received, content: unreadableContent(reason, Buffer.from(JSON.stringify(received.content.event))) };
}
