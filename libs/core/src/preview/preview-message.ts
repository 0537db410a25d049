import { readsAt, type PlacedRead, type Rendering } from '@patchbay/mapping';
import type { JsonObject, Json } from '@patchbay/plugin-sdk';
import type { FieldProblem } from '../delivery/destination-gateway.port.js';

/** Message that would be sent, and the problems that prevent it from being sent. */
export interface PreviewedMessage {
  /** Message that would be sent. Null if the mapping fails. */
  readonly message: JsonObject | null;
  /**
   * Problems of the message. Empty if the message can be sent. Each problem names a field of the message. If the
   * mapping fails, each problem names a field of the mapping instead.
   */
  readonly problems: readonly PreviewProblem[];
}

/** Problem that prevents a message from being sent. */
export interface PreviewProblem {
  readonly field: string;
  /** Description of the problem, without a value of the event. */
  readonly message: string;
}

/** Checks a rendered mapping as an attempt does, and returns every problem with its field. Pure. */
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
    message: missingAddress(problem, reads) ?? problem.message,
  }));
  return { message: result.message, problems };
}

/**
 * Returns the problem text if a missing field reads the recipient, because then the recipient's address is missing.
 * Undefined for other fields.
 */
function missingAddress({ field, missing }: FieldProblem, placed: readonly PlacedRead[]): string | undefined {
  if (!missing) return undefined;
  const reads = readsAt(placed, field).filter((read) => read.startsWith('recipient.'));
  if (reads.length === 0) return undefined;
  return `the recipient has no ${reads.map((read) => read.slice('recipient.'.length)).join(' or ')}`;
}

/** Placeholder of a personal text that has no known format. */
export const HIDDEN_TEXT = '••••';

const FORMS: readonly (readonly [form: RegExp, placeholder: string])[] = [
  [/^[^@\s]+@[^@\s]+$/, 'customer@example.com'],
  [/^\d{4}-\d{2}-\d{2}/, '2000-01-01'],
  // Placeholder of a phone number: a valid number that belongs to no customer.
  [/^\+?[\d\s().-]{7,20}$/, '+15005550006'],
];

/**
 * Returns a placeholder for a personal value, in the same format. Phone numbers, e-mail addresses and dates become
 * fixed examples, so that mappings that format such values still work. Objects and arrays keep their shape.
 */
export function placeholderFor(value: Json): Json {
  if (value === null) return null;
  if (Array.isArray(value)) return value.map(placeholderFor);
  if (typeof value === 'string') {
    return FORMS.find(([form]) => form.test(value))?.[1] ?? (value === '' ? '' : HIDDEN_TEXT);
  }
  if (typeof value === 'number') return 0;
  if (typeof value === 'boolean') return false;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, placeholderFor(child)]));
}
