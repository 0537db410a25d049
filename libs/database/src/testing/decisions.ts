import type { ClaimedDelivery, DeliveryDecision } from '@patchbay/core';

/** Returns the decision for a delivery that succeeded at its first attempt. */
export function succeeded(delivery: ClaimedDelivery): DeliveryDecision {
  return {
    id: delivery.id,
    token: delivery.token,
    retentionDays: delivery.retentionDays,
    state: 'succeeded',
    stateIfConfirmed: null,
    reason: null,
    dueAt: null,
    countedAttempts: delivery.countedAttempts + 1,
    attempts: delivery.attempts + 1,
    errorKind: null,
    externalId: 'vendor-1',
    pendingSince: null,
    blocks: false,
    messaging: null,
    attempt: {
      number: delivery.attempts + 1,
      startedAt: Date.now(),
      durationMs: 12.5,
      outcome: 'accepted',
      message: null,
      vendorCode: null,
      request: { method: 'POST', url: 'https://vendor.example/messages' },
      response: { status: 200, body: 'ok' },
      direct: delivery.direct === true,
      batch: null,
    },
  };
}

/** Returns the decision to retry a delivery at `dueAt`. */
export function again(delivery: ClaimedDelivery, dueAt: number): DeliveryDecision {
  const done = succeeded(delivery);
  return {
    ...done,
    state: 'scheduled',
    dueAt,
    errorKind: 'transient',
    externalId: null,
    attempt: done.attempt && { ...done.attempt, outcome: 'transient', message: 'The vendor answered 503.' },
  };
}
