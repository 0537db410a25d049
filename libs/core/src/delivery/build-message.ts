import type { EventEnvelope, JsonObject } from '@patchbay/plugin-sdk';
import type { CompiledMapping, MappingScope } from '@patchbay/mapping';
import { digestView, type DigestedEvent } from '../messaging/digest.js';
import type { Recipient } from '../recipient/recipient.js';
import type { BrandView } from '../routing/routing-table.js';
import type { FieldProblem } from './destination-gateway.port.js';

/** A message ready to be sent, or why there is none. */
export type BuiltMessage =
  | { readonly kind: 'message'; readonly message: JsonObject }
  | { readonly kind: 'mapping'; readonly message: string }
  | { readonly kind: 'noRecipient'; readonly message: string };

/** What a mapping reads: the event, and whom and what was found for it. */
export interface MessageInputs {
  readonly event: EventEnvelope;
  readonly brand: BrandView;
  /** What was fetched about the event; left out where nothing was. */
  readonly enriched?: JsonObject;
  readonly recipient: Recipient;
  /** The other events of a digest; left out: no digest. */
  readonly members?: readonly DigestedEvent[];
}

/** What a mapping sees of them. */
export function mappingScope({ event, brand, enriched, recipient, members = [] }: MessageInputs): MappingScope {
  const { data, ...envelope } = event;
  const own = enriched === undefined ? { event } : { event, enriched };
  return { event: envelope, data, enriched: enriched ?? {}, recipient, brand, digest: digestView([own, ...members]) };
}

/**
 * Maps an event to a message and checks it. A missing field whose template reads the recipient is not the mapping's
 * fault: there is nobody to send to.
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
