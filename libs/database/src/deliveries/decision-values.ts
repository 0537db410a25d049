import type { AttemptRequest, DeliveryDecision } from '@patchbay/core';

/** The parameters of `RECORD`: one array a column, decisions in order of id so that rivals cannot deadlock. */
export function decisionValues(decisions: readonly DeliveryDecision[]): unknown[] {
  const sorted = decisions.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const tries = sorted.flatMap((decision) =>
    decision.attempt === null ? [] : [{ decision, attempt: decision.attempt }],
  );
  return [
    sorted.map(({ id }) => id),
    sorted.map(({ token }) => token),
    sorted.map(({ state }) => state),
    sorted.map(({ reason }) => storable(reason)),
    sorted.map(({ dueAt }) => dueAt),
    sorted.map(({ charged }) => charged),
    sorted.map(({ attempts }) => attempts),
    sorted.map(({ errorKind }) => errorKind),
    sorted.map(({ externalId }) => storable(externalId)),
    sorted.map(({ blocks }) => blocks),
    sorted.map(({ pendingSince }) => pendingSince),
    sorted.map(({ stateIfTold }) => stateIfTold),
    tries.map(({ decision }) => decision.id),
    tries.map(({ decision }) => decision.retentionDays),
    tries.map(({ attempt }) => attempt.number),
    tries.map(({ attempt }) => attempt.startedAt),
    tries.map(({ attempt }) => Math.round(attempt.durationMs)),
    tries.map(({ attempt }) => attempt.outcome),
    tries.map(({ attempt }) => storable(attempt.message)),
    tries.map(({ attempt }) => storable(attempt.vendorCode)),
    tries.map(({ attempt }) => (attempt.response === null ? null : JSON.stringify(attempt.response))),
    sorted.map(({ flow }) => (flow === null ? null : JSON.stringify(flow))),
    tries.map(({ attempt }) => requestLine(attempt.request)),
  ];
}

/** PostgreSQL's text holds no NUL, and an outcome must not be lost because a vendor's answer has one. */
function storable(text: string | null): string | null {
  return text === null ? null : text.replaceAll('\u0000', '\uFFFD');
}

/** As HTTP says it: `POST https://api.example/messages`. */
function requestLine(request: AttemptRequest | null): string | null {
  return request === null ? null : storable(`${request.method} ${request.url}`);
}
