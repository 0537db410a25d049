import type { AttemptRequest, DeliveryDecision } from '@patchbay/core';
import { column } from '../connections/column.js';

/** Builds the parameters of `RECORD`: one array per column, sorted by id so that concurrent statements cannot deadlock. */
export function decisionValues(decisions: readonly DeliveryDecision[]): unknown[] {
  const sorted = decisions.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const withAttempt = sorted.flatMap((decision) =>
    decision.attempt === null ? [] : [{ decision, attempt: decision.attempt }],
  );
  return [
    column(sorted, ({ id }) => id),
    column(sorted, ({ token }) => token),
    column(sorted, ({ state }) => state),
    column(sorted, ({ reason }) => storable(reason)),
    column(sorted, ({ dueAt }) => dueAt),
    column(sorted, ({ countedAttempts }) => countedAttempts),
    column(sorted, ({ attempts }) => attempts),
    column(sorted, ({ errorKind }) => errorKind),
    column(sorted, ({ externalId }) => storable(externalId)),
    column(sorted, ({ blocks }) => blocks),
    column(sorted, ({ pendingSince }) => pendingSince),
    column(sorted, ({ stateIfConfirmed }) => stateIfConfirmed),
    column(withAttempt, ({ decision }) => decision.id),
    column(withAttempt, ({ decision }) => decision.retentionDays),
    column(withAttempt, ({ attempt }) => attempt.number),
    column(withAttempt, ({ attempt }) => attempt.startedAt),
    column(withAttempt, ({ attempt }) => Math.round(attempt.durationMs)),
    column(withAttempt, ({ attempt }) => attempt.outcome),
    column(withAttempt, ({ attempt }) => storable(attempt.message)),
    column(withAttempt, ({ attempt }) => storable(attempt.vendorCode)),
    column(withAttempt, ({ attempt }) => (attempt.response === null ? null : JSON.stringify(attempt.response))),
    column(sorted, ({ messaging }) => (messaging === null ? null : JSON.stringify(messaging))),
    column(withAttempt, ({ attempt }) => requestLine(attempt.request)),
  ];
}

/** Replaces NUL characters, which PostgreSQL text cannot store, so that a NUL in a vendor's answer loses no outcome. */
function storable(text: string | null): string | null {
  return text === null ? null : text.replaceAll('\u0000', '\uFFFD');
}

/** Formats a request as in HTTP: `POST https://api.example/messages`. */
function requestLine(request: AttemptRequest | null): string | null {
  return request === null ? null : storable(`${request.method} ${request.url}`);
}
