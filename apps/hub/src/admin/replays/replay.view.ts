import type { CompiledBrand, Replay, ReplayDifference, ReplayFilter, ReplayPair } from '@patchbay/core';
import type { JsonObject } from '@patchbay/plugin-sdk';
import { isoTime, isoTimeOrNull } from '../common/time-range.dto.js';
import type { ReplayDto, ReplaySampleDto } from './replay.dto.js';

/** Builds the API view of a replay. */
export function replayView(replay: Replay): ReplayDto {
  return {
    id: replay.id,
    state: replay.state,
    mapping: replay.mapping,
    filter: filterView(replay.filter),
    includeSucceeded: replay.includeSucceeded,
    ratePerSecond: replay.ratePerSecond,
    requestedBy: replay.requestedBy,
    expected: replay.expected,
    expectedIsExact: replay.expectedIsExact,
    scanned: replay.scanned,
    created: replay.created,
    skipped: replay.skipped,
    createdAt: isoTime(replay.createdAt),
    updatedAt: isoTime(replay.updatedAt),
    endedAt: isoTimeOrNull(replay.endedAt),
  };
}

/** Builds the API view of a filter. */
export function filterView({ from, to, ...fields }: ReplayFilter): JsonObject {
  return {
    ...fields,
    ...(from === undefined ? {} : { from: isoTime(from) }),
    ...(to === undefined ? {} : { to: isoTime(to) }),
  };
}

/** Builds the API view of a delivery that the replay creates. */
export function sampleView(
  { event, version, candidates }: ReplayPair,
  configuration: CompiledBrand,
  difference: ReplayDifference | null,
): ReplaySampleDto {
  const names = candidates.flatMap((id) => configuration.destinations.get(id)?.name ?? []);
  return {
    eventId: event.id,
    eventType: event.type,
    customerId: event.customerKey,
    receivedAt: isoTime(event.receivedAt),
    subscription: version.name,
    version: version.version,
    destination: names.length === 1 ? (names[0] ?? null) : null,
    candidates: names,
    difference,
  };
}
