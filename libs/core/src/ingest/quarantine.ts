import { createHash } from 'node:crypto';
import type { ReceivedEvent } from './prepare-event.js';

type Unreadable = Extract<ReceivedEvent['content'], { readonly kind: 'unreadable' }>;

/** Returns the content of an event for a body that is stored in quarantine, with the displayed reason. */
export function unreadableContent(reason: string, body: Uint8Array): Unreadable {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const bodyHash = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  // Base64 preserves the bytes of an unreadable body exactly.
  return { kind: 'unreadable', reason, body: bytes.toString('base64'), bodyHash };
}

/** Returns the quarantined form of a received event that cannot be stored. */
export function quarantined(received: ReceivedEvent, reason: string): ReceivedEvent {
  if (received.content.kind === 'unreadable') return received;
  return { ...received, content: unreadableContent(reason, Buffer.from(JSON.stringify(received.content.event))) };
}
