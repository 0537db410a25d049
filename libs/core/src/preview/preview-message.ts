import { readsAt, type PlacedRead, type Rendering } from '@patchbay/mapping';
import type { JsonObject } from '@patchbay/plugin-sdk';
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

/** Checks a rendered mapping as an attempt would, and names every problem by its field. Pure; nothing is sent. */
export function previewMessage(
  rendering: Rendering,
  check: (message: JsonObject) => readonly FieldProblem[],
): PreviewedMessage {
  if (!rendering.ok) {
    const { path, reason } = rendering.problem;
    return { message: null, problems: [{ field: path === '' ? 'mapping' : `mapping.${path}`, message: reason }] };
  }
  const { result, reads } = rendering;
  if (!result.ok) return { message: null, problems: [{ field: result.problem.path, message: result.problem.message }] };
  const problems = check(result.message).map((problem) => ({
    field: problem.field,
    message: unreachable(problem, reads) ?? problem.message,
  }));
  return { message: result.message, problems };
}

/** A missing field whose template reads the recipient: there is nobody to send to. */
function unreachable({ field, missing }: FieldProblem, placed: readonly PlacedRead[]): string | undefined {
  if (!missing) return undefined;
  const reads = readsAt(placed, field).filter((read) => read.startsWith('recipient.'));
  if (reads.length === 0) return undefined;
  return `the recipient has no ${reads.map((read) => read.slice('recipient.'.length)).join(' or ')}`;
}
