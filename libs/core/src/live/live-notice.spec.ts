import { describe, expect, it } from '@jest/globals';
import { LIVE_COUNT_LIMIT, noticeOf, type LiveSnapshot, type RecentRows } from './live-notice.js';

const none: RecentRows = { sincePrevious: 0, inWindow: 0, newestId: null };
const rows = (sincePrevious: number, inWindow: number, newestId: string): RecentRows => ({
  ...{ sincePrevious, inWindow, newestId },
});
const snapshot = (events: RecentRows, also: Partial<LiveSnapshot> = {}): LiveSnapshot => ({
  ...{ events, deliveries: none, revision: 1, pauseSeq: 0 },
  ...also,
});

describe('noticeOf', () => {
  it('is null if nothing is new', () => {
    expect(noticeOf(snapshot(none), snapshot(none))).toBeNull();
    expect(noticeOf(snapshot(rows(3, 3, 'a')), snapshot(rows(3, 1, 'a')))).toBeNull();
  });

  it('counts the rows that the previous snapshot did not count', () => {
    const notice = noticeOf(snapshot(rows(3, 3, 'a')), snapshot(rows(5, 2, 'b')));
    expect(notice).toEqual({
      events: { count: 2, countIsExact: true, newestId: 'b' },
      deliveries: null,
      revision: null,
      pauseSeq: null,
    });
  });

  it('counts a row that was committed after a row with a higher id', () => {
    const notice = noticeOf(snapshot(rows(1, 1, 'b')), snapshot(rows(2, 2, 'b')));
    expect(notice?.events).toEqual({ count: 1, countIsExact: true, newestId: 'b' });
  });

  it('says that the count is not exact at its limit', () => {
    const full = rows(LIVE_COUNT_LIMIT, LIVE_COUNT_LIMIT, 'b');
    expect(noticeOf(snapshot(rows(10, 10, 'a')), snapshot(full))?.events).toMatchObject({ countIsExact: false });
    expect(noticeOf(snapshot(full), snapshot(full))).toBeNull();
  });

  it('contains a new revision and a new pause', () => {
    const nothing = { events: null, deliveries: null, revision: null, pauseSeq: null };
    expect(noticeOf(snapshot(none), snapshot(none, { revision: 2 }))).toEqual({ ...nothing, revision: 2 });
    expect(noticeOf(snapshot(none), snapshot(none, { pauseSeq: 7 }))).toEqual({ ...nothing, pauseSeq: 7 });
  });
});
