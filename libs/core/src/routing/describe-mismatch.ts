import type { MatchExplanation } from './explain.js';

/** Reason for which a subscription does not match an event. */
export type Mismatch = Extract<MatchExplanation, { matched: false }>;

const MAX_LISTED = 10;
const MAX_TEXT = 200;

const OVER_BUDGET =
  'Filter budget exceeded: the filter needs too many steps for an event of this size, so the event was not sent. ' +
  'Use fewer conditions on long lists and texts, apply the change, then replay the event with the current mapping.';

/** Describes a mismatch as text. */
export function describeMismatch(mismatch: Mismatch): string {
  switch (mismatch.reason) {
    case 'otherSource':
      return 'The subscription takes events of another source.';
    case 'eventType':
      return `The subscription takes ${listed(mismatch.events)}, not this event type.`;
    case 'filterBudgetExceeded':
      return OVER_BUDGET;
    case 'filter': {
      const { path, operator, expected, actual } = mismatch.clause;
      const condition = `${operator} ${shortened(JSON.stringify(expected))}`;
      return path === ''
        ? `The filter does not match: ${condition}.`
        : `${path} is ${JSON.stringify(actual)}, but the filter requires ${condition}.`;
    }
  }
}

function listed(events: readonly string[]): string {
  const more = events.length - MAX_LISTED;
  return events.slice(0, MAX_LISTED).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

function shortened(text: string): string {
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT)}…`;
}
