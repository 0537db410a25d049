import type { MatchExplanation } from './explain.js';

/** Why a subscription did not want an event. */
export type Mismatch = Extract<MatchExplanation, { matched: false }>;

const MAX_LISTED = 10;
const MAX_TEXT = 200;

const OVER_BUDGET =
  'Filter budget exceeded: the filter needs too many steps for an event of this size, so the event was not sent. ' +
  'Use fewer conditions on long lists and texts, apply the change, then replay the event with the current mapping.';

/** A mismatch in words, for the person who wonders. Its values are those of the explanation. */
export function describeMismatch(mismatch: Mismatch): string {
  switch (mismatch.reason) {
    case 'otherSource':
      return 'It takes events of another source.';
    case 'eventType':
      return `It takes ${listed(mismatch.events)}, not this type.`;
    case 'filterBudgetExceeded':
      return OVER_BUDGET;
    case 'filter': {
      const { path, operator, expected, actual } = mismatch.clause;
      const wanted = `${operator} ${shortened(JSON.stringify(expected))}`;
      return path === ''
        ? `Its filter does not hold: ${wanted}.`
        : `${path} is ${JSON.stringify(actual)}, and its filter wants ${wanted}.`;
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
