import { DELIVERY_OUTCOMES, DELIVERY_STATES, type DeliveryOutcomes } from '@patchbay/core';

/** Builds an aggregate that counts the deliveries `d` of an outcome. */
export function countOfOutcome(outcome: keyof DeliveryOutcomes): string {
  const states = DELIVERY_STATES.filter((state) => DELIVERY_OUTCOMES[state] === outcome);
  return `count(*) FILTER (WHERE d.state IN (${states.map((state) => `'${state}'`).join(', ')}))::int`;
}
