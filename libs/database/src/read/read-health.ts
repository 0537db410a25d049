import type { StoredHealth } from '@patchbay/core';
import type { DataSource } from 'typeorm';
import { breakerStateOf } from './breaker-state.js';

interface HealthRow {
  readonly id: string;
  readonly open_until: Date | null;
  readonly open_count: number | null;
  readonly failing_since: Date | null;
  readonly last_success_at: Date | null;
  readonly last_failure_at: Date | null;
  readonly failures: number | null;
}

const HEALTH = `
SELECT t.id, state.open_until, state.open_count, state.failing_since, health.last_success_at, health.last_failure_at,
  health.failures
FROM unnest($1::uuid[]) AS t (id)
LEFT JOIN destination_states state ON state.destination_id = t.id AND state.open_until IS NOT NULL
LEFT JOIN destination_health health ON health.destination_id = t.id
WHERE state.destination_id IS NOT NULL OR health.destination_id IS NOT NULL`;

/** Reads the circuit breakers and the reported health of destinations. @param now milliseconds since the epoch */
export async function readHealth(
  dataSource: DataSource,
  destinationIds: readonly string[],
  now: number,
): Promise<ReadonlyMap<string, StoredHealth>> {
  const rows = await dataSource.query<HealthRow[]>(HEALTH, [destinationIds]);
  return new Map(rows.map((row) => [row.id, toHealth(row, now)]));
}

function toHealth(row: HealthRow, now: number): StoredHealth {
  const circuitBreaker = breakerStateOf(row, now);
  return {
    circuitBreaker,
    openUntil: circuitBreaker === 'open' ? (row.open_until?.getTime() ?? null) : null,
    failingSince: row.failing_since?.getTime() ?? null,
    lastSuccessAt: row.last_success_at?.getTime() ?? null,
    lastFailureAt: row.last_failure_at?.getTime() ?? null,
    failuresInARow: row.failures ?? 0,
  };
}
