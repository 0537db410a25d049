/** Part of an explanation of the hub: plain text, a time, or the id of another delivery. */
export interface ExplanationPart {
  readonly kind: 'text' | 'time' | 'id';
  readonly text: string;
}

/** First words of explanations that the state beside the explanation says already. */
const STATE_WORDS = /^(?:Failed|Not sent|Waiting|Retrying|On hold|Unconfirmed|Cancelled): /;

/** Explanations that say nothing more than the state. */
const STATE_ONLY: ReadonlySet<string> = new Set(['Sent.', 'Waiting to be sent.']);

const TIME_OR_ID =
  /(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))|([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})/g;

/** Returns what an explanation says beyond the state of the delivery. Empty if it says nothing more. */
export function withoutState(explanation: string): string {
  return STATE_ONLY.has(explanation) ? '' : explanation.replace(STATE_WORDS, '');
}

/** Splits an explanation at its times and ids, so that a page can show times in the chosen zone and ids as links. */
export function explanationParts(explanation: string): ExplanationPart[] {
  const parts: ExplanationPart[] = [];
  let from = 0;
  for (const { 0: found, 1: time, index } of explanation.matchAll(TIME_OR_ID)) {
    if (index > from) parts.push({ kind: 'text', text: explanation.slice(from, index) });
    parts.push({ kind: time === undefined ? 'id' : 'time', text: found });
    from = index + found.length;
  }
  if (from < explanation.length) parts.push({ kind: 'text', text: explanation.slice(from) });
  return parts;
}
