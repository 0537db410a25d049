import type { CompiledMapping } from '@patchbay/mapping';
import type { JsonObject } from '@patchbay/plugin-sdk';
import { mappingScope, type MessageInputs } from '../delivery/build-message.js';
import type { FieldProblem } from '../delivery/destination-gateway.port.js';

/** What would be sent, and what is wrong with it. */
export interface PreviewedMessage {
  /** Null where the mapping makes none. */
  readonly message: JsonObject | null;
  /** Empty where it could be sent. Fields are those of the message or, where there is none, of the mapping. */
  readonly problems: readonly PreviewProblem[];
}

/** One thing that would keep a message from being sent. */
export interface PreviewProblem {
  readonly field: string;
  /** What is wrong, without a value of the event. */
  readonly message: string;
}

/** As a try of a delivery would map and check it, every problem told by its field. Pure; nothing is sent. */
export function previewMessage(
  mapping: CompiledMapping,
  inputs: MessageInputs,
  check: (message: JsonObject) => readonly FieldProblem[],
): PreviewedMessage {
  const rendered = mapping.render(mappingScope(inputs));
  if (!rendered.ok) {
    return { message: null, problems: [{ field: rendered.problem.path, message: rendered.problem.message }] };
  }
  const problems = check(rendered.message).map((problem) => ({
    field: problem.field,
    message: unreachable(problem, mapping) ?? problem.message,
  }));
  return { message: rendered.message, problems };
}

/** A missing field whose template reads the recipient: there is nobody to send to. */
function unreachable({ field, missing }: FieldProblem, mapping: CompiledMapping): string | undefined {
  if (!missing) return undefined;
  const reads = mapping.readsAt(field).filter((read) => read.startsWith('recipient.'));
  if (reads.length === 0) return undefined;
  return `the recipient has no ${reads.map((read) => read.slice('recipient.'.length)).join(' or ')}`;
}
