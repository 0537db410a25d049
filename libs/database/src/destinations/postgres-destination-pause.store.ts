import {
  HUB_ACTOR,
  type Actor,
  type DestinationPauseStore,
  type FailedAttempt,
  type JsonObject,
  type PauseDetails,
  type PausedBy,
} from '@patchbay/core';
import type { DataSource, EntityManager } from 'typeorm';
import { writeAuditEntries, type AuditedChange } from '../configuration/audited-change.js';
import { appendDestinationSwitch } from '../operations/append-destination-switch.js';
import type { PgPool } from '../query/pg-pool.js';
import {
  DESTINATION_WITH_PAUSE,
  DUE_PAUSES,
  LOCK_DESTINATION,
  LOCK_PAUSE,
  RESET_BREAKERS,
  WRITE_PAUSE,
  type PauseRow,
} from '../sql/destination-states.js';

/** Destination whose pause is to change. */
interface DestinationRow {
  readonly brand_id: string;
  readonly version: number;
}

/** Pause of a destination as it is stored and audited. */
type Pause = Omit<PauseRow, 'pause_seq'>;

const NOT_PAUSED: Pause = {
  paused: false,
  paused_by: null,
  paused_by_name: null,
  paused_reason: null,
  paused_at: null,
  paused_until: null,
};

/** Change of a pause, as a function of the locked rows. */
interface PauseChange {
  readonly pause: Pause;
  /** True if other processes must see the change. False if only the text of the reason changes. */
  readonly isNew: boolean;
}

/** Pauses of destinations in PostgreSQL. */
export class PostgresDestinationPauseStore implements DestinationPauseStore {
  constructor(
    private readonly dataSource: DataSource,
    private readonly pool: PgPool,
  ) {}

  async pause(
    destinationId: string,
    reason: string,
    actor: Actor,
    { failedAttempt, until }: PauseDetails = {},
  ): Promise<boolean> {
    const by = authorOf(actor);
    // Every delivery in flight may request the same pause. If nothing is to change, return without a lock.
    const known = await this.find(destinationId);
    if (known === undefined) return false;
    if (known.paused_by === by && saysTheSame(known, reason, until)) return true;
    if (by === 'hub' && known.paused_by === 'person') return true;
    if (changedSince(known, failedAttempt)) return known.paused;
    const errorKind = failedAttempt?.errorKind ?? null;
    return this.change(destinationId, actor, errorKind, ({ row, destination, now }) => {
      // The rows may have changed since they were read without a lock.
      if (by === 'hub' && row.paused_by === 'person') return null;
      if (changedSince({ ...row, ...destination }, failedAttempt)) return null;
      const isOther = row.paused_by !== by;
      if (!isOther && saysTheSame(row, reason, until)) return null;
      return {
        // The hub's reason may change with every delivery.
        isNew: isOther || by === 'person',
        pause: {
          paused: true,
          paused_by: by,
          paused_by_name: by === 'hub' ? null : actor.name,
          paused_reason: reason,
          paused_at: isOther ? now : row.paused_at,
          paused_until: until === undefined ? null : new Date(until),
        },
      };
    });
  }

  async resume(destinationId: string, actor: Actor): Promise<void> {
    // A person who resumes a destination expects it to work, even if only its circuit breaker was open.
    await this.dataSource.query(RESET_BREAKERS, [[destinationId]]);
    await this.change(destinationId, actor, null, ({ row }) =>
      row.paused ? { pause: NOT_PAUSED, isNew: true } : null,
    );
  }

  async endDue(): Promise<readonly string[]> {
    const due = await this.pool.query<{ id: string }>(DUE_PAUSES.with({}));
    const ended: string[] = [];
    for (const { id } of due) {
      await this.change(id, HUB_ACTOR, null, ({ row, now }) => {
        // Another process may have ended the pause, or a person may have changed its end.
        if (!row.paused || row.paused_until === null || row.paused_until > now) return null;
        ended.push(id);
        return { pause: NOT_PAUSED, isNew: true };
      });
    }
    return ended;
  }

  async alertFailing(destinationId: string, reason: string, failedAttempt: FailedAttempt): Promise<void> {
    const known = await this.find(destinationId);
    if (known === undefined || known.paused || changedSince(known, failedAttempt)) return;
    await appendDestinationSwitch(this.dataSource.manager, 'destination.failing', known.brand_id, {
      destinationId,
      by: 'hub',
      reason,
      errorKind: failedAttempt.errorKind,
      // The sum grows with every change of the destination, and with every pause and resumption.
      version: known.version + known.pause_seq,
    });
  }

  private async find(destinationId: string): Promise<(DestinationRow & PauseRow) | undefined> {
    const [found] = await this.dataSource.query<(DestinationRow & PauseRow)[]>(DESTINATION_WITH_PAUSE, [destinationId]);
    return found;
  }

  /**
   * Changes the pause of a destination under the lock of the destination, with its audit entry and operational event.
   * @param decide returns the change; null to change nothing. `now` is the database's time
   * @returns true if the destination is paused afterwards
   */
  private change(
    destinationId: string,
    actor: Actor,
    errorKind: FailedAttempt['errorKind'],
    decide: (locked: {
      readonly row: PauseRow;
      readonly destination: DestinationRow;
      readonly now: Date;
    }) => PauseChange | null,
  ): Promise<boolean> {
    return this.dataSource.transaction(async (manager) => {
      const [destination] = await manager.query<(DestinationRow & { name: string })[]>(LOCK_DESTINATION, [
        destinationId,
      ]);
      const [row] = await manager.query<(PauseRow & { now: Date })[]>(LOCK_PAUSE, [destinationId]);
      if (destination === undefined || row === undefined) return false;
      const change = decide({ row, destination, now: row.now });
      if (change === null) return row.paused;
      const { pause, isNew } = change;
      await writeAuditEntries(manager, actor, [auditedChange(destination.name, row, pause)]);
      const pauseSeq = await writePause(manager, destinationId, change);
      if (isNew) {
        const type = pause.paused ? 'destination.paused' : 'destination.resumed';
        await appendDestinationSwitch(manager, type, destination.brand_id, {
          destinationId,
          by: authorOf(actor),
          reason: pause.paused_reason,
          errorKind,
          version: pauseSeq,
        });
      }
      return pause.paused;
    });
  }
}

/** Writes a pause or a resumption. Returns the number of the last pause or resumption. */
async function writePause(manager: EntityManager, id: string, { pause, isNew }: PauseChange): Promise<number> {
  const { paused, paused_by: by, paused_by_name: byName, paused_reason: reason } = pause;
  const values = [id, isNew, paused, by, byName, reason, pause.paused_at, pause.paused_until];
  const [[written]] = await manager.query<[{ pause_seq: number }[], number]>(WRITE_PAUSE, values);
  return written?.pause_seq ?? 0;
}

function auditedChange(name: string, before: Pause, after: Pause): AuditedChange {
  return {
    change: { action: 'update', kind: 'destination', name, fields: ['paused'] },
    verb: after.paused ? 'pause' : 'resume',
    before: auditedPause(before),
    after: auditedPause(after),
  };
}

function auditedPause(pause: Pause): JsonObject {
  const { paused, paused_reason: pausedReason, paused_by: pausedBy, paused_until: until } = pause;
  return { paused, pausedReason, pausedBy, ...(until !== null && { pausedUntil: until.toISOString() }) };
}

/** Returns true if a pause has the given reason and end, in milliseconds since the epoch; undefined stands for no end. */
function saysTheSame(row: Pause, reason: string, until: number | undefined): boolean {
  return row.paused_reason === reason && row.paused_until?.getTime() === until;
}

/** Returns true if the destination was changed, paused or resumed after the claim of the failed attempt. */
function changedSince(
  { version, pause_seq: pauseSeq }: Pick<DestinationRow & PauseRow, 'version' | 'pause_seq'>,
  failedAttempt: FailedAttempt | undefined,
): boolean {
  if (failedAttempt === undefined) return false;
  return version > failedAttempt.version || pauseSeq > (failedAttempt.pauseSeq ?? Infinity);
}

function authorOf({ name, keyId }: Actor): PausedBy {
  return name === HUB_ACTOR.name && keyId === null ? 'hub' : 'person';
}
