import { describe, expect, it } from '@jest/globals';
import { uuidV7 } from '@patchbay/core';
import {
  dayOf,
  dayStart,
  daysAhead,
  expiryOf,
  lowestIdAt,
  partitionDayOf,
  partitionTable,
  parsePartitionName,
} from './daily-partitions.js';

const EVENING = Date.UTC(2026, 10, 24, 23, 59, 59, 999);

describe('partition days', () => {
  it('begin at midnight UTC', () => {
    expect(partitionDayOf(uuidV7(EVENING), 30)).toEqual({ retentionDays: 30, day: dayOf(EVENING) });
    expect(partitionDayOf(uuidV7(EVENING + 1), 30).day).toBe(dayOf(EVENING) + 1);
  });

  it('contain every id generated on that day between their bounds', () => {
    const day = dayOf(EVENING);
    for (const at of [dayStart(day), EVENING]) {
      const id = uuidV7(at);
      expect(id >= lowestIdAt(dayStart(day))).toBe(true);
      expect(id < lowestIdAt(dayStart(day + 1))).toBe(true);
    }
  });

  it('expire when their last event reaches the end of its retention', () => {
    expect(expiryOf({ retentionDays: 7, day: dayOf(EVENING) })).toBe(EVENING + 1 + 7 * 86_400_000);
  });

  it('are listed from yesterday to a week ahead', () => {
    const days = daysAhead(EVENING, [7, 30]);
    expect(days).toHaveLength(18);
    expect(days[0]).toEqual({ retentionDays: 7, day: dayOf(EVENING) - 1 });
    expect(days.at(-1)).toEqual({ retentionDays: 30, day: dayOf(EVENING) + 7 });
  });
});

describe('partition names', () => {
  it('contain table, retention class and day, and can be parsed', () => {
    const day = { retentionDays: 400, day: dayOf(EVENING) } as const;
    expect(partitionTable('deliveries_ended', day)).toBe('deliveries_ended_d400_20261124');
    expect(parsePartitionName('deliveries_ended_d400_20261124')).toEqual({ ...day, table: 'deliveries_ended' });
  });

  it.each(['events_d31_20261124', 'events_d30', 'other_d30_20261124', 'events_d30_20261124_old'])(
    'rejects %s',
    (name) => expect(parsePartitionName(name)).toBeUndefined(),
  );
});
