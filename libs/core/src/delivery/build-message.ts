import type { EventEnvelope, JsonObject } from '@patchbay/plugin-sdk';
import type { CompiledMapping, MappingScope } from '@patchbay/mapping';
import { digestView, type DigestedEvent } from '../messaging/digest.js';
import type { Recipient } from './recipient.js';
import type { BrandView } from '../ingest/routing.js';
import type { FieldProblem } from './destination-gateway.port.js';

/** Valid message, or the reason why there is none. */
export type BuiltMessage =
  | { readonly kind: 'message'; readonly message: JsonObject }
  | { readonly kind: 'mapping'; readonly message: string }
  | { readonly kind: 'noRecipient'; readonly message: string };

/** Values that a mapping reads. */
export interface MessageInputs {
  readonly event: EventEnvelope;
  readonly brand: BrandView;
  /** Enrichment of the event. Absent if nothing was fetched. */
  readonly enriched?: JsonObject;
  readonly recipient: Recipient;
  /** The other events of a digest. Absent if the message is not a digest. */
  readonly members?: readonly DigestedEvent[];
}

/** Returns the scope in which a mapping is rendered. */
export function mappingScope({ event, brand, enriched, recipient, members = [] }: MessageInputs): MappingScope {
  const { data, ...envelope } = event;
  const own = enriched === undefined ? { event } : { event, enriched };
  return { event: envelope, data, enriched: enriched ?? {}, recipient, brand, digest: digestView([own, ...members]) };
}

/**
 * Maps an event to a message and checks it. If a required field is missing and its template reads the recipient, the
 * customer has no address. The result is then `noRecipient` instead of a mapping error.
 */
export function buildMessage(
  mapping: CompiledMapping,
  inputs: MessageInputs,
  check: (message: JsonObject) => readonly FieldProblem[],
): BuiltMessage {
  const rendered = mapping.render(mappingScope(inputs));
  if (!rendered.ok) return { kind: 'mapping', message: `${rendered.problem.path}: ${rendered.problem.message}` };
  const problems = check(rendered.message);
  if (problems.length === 0) return { kind: 'message', message: rendered.message };
  const unreachable = problems.find(
    ({ missing, field }) => missing && mapping.readsAt(field).some((read) => read.startsWith('recipient.')),
  );
  if (unreachable !== undefined) {
    const reads = mapping.readsAt(unreachable.field).filter((read) => read.startsWith('recipient.'));
    return {
      kind: 'noRecipient',
      message: `The recipient has no ${reads.map((read) => read.slice(10)).join(' or ')}.`,
    };
  }
  return { kind: 'mapping', message: problems.map(({ field, message }) => `${field}: ${message}`).join('; ') };
}
