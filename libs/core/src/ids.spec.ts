import { describe, expect, it } from '@jest/globals';
import { dedupeKey, dedupeKeyRange, deliveryId, timeOfUuidV7, uuidV7 } from './ids.js';

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('ids', () => {
  it('carry their time and sort by it', () => {
    const earlier = uuidV7(1_795_544_400_000);
    const later = uuidV7(1_795_544_400_001);
    expect(earlier).toMatch(UUID_V7);
    expect(timeOfUuidV7(earlier)).toBe(1_795_544_400_000);
    expect(earlier < later).toBe(true);
  });

  it('of deliveries carry the time of their event or replay, and differ by subscription and replay', () => {
    const eventId = uuidV7(1_795_544_400_000);
    const replayId = uuidV7(1_795_999_999_999);
    const plain = deliveryId({ eventId, subscriptionId: 's1' });
    expect(plain).toMatch(UUID_V7);
    expect(timeOfUuidV7(plain)).toBe(1_795_544_400_000);
    expect(deliveryId({ eventId, subscriptionId: 's1' })).toBe(plain);
    const others = [
      deliveryId({ eventId, subscriptionId: 's2' }),
      deliveryId({ eventId, subscriptionId: 's1', replayId }),
    ];
    expect(new Set([plain, ...others]).size).toBe(3);
    expect(timeOfUuidV7(others[1] ?? '')).toBe(1_795_999_999_999);
  });

  it('of the events of one ingest request sort in its order, and so do the deliveries of each subscription', () => {
    const events = Array.from({ length: 1_000 }, (_, position) => uuidV7(1_795_544_400_000, position));
    const deliveries = events.map((eventId) => deliveryId({ eventId, subscriptionId: 's1' }));
    for (const ids of [events, deliveries]) {
      expect(ids.every((id) => UUID_V7.test(id) && timeOfUuidV7(id) === 1_795_544_400_000)).toBe(true);
      expect(new Set(ids).size).toBe(1_000);
      expect([...ids].sort()).toEqual(ids);
    }
  });

  it('for deduplication depend on source, organisation, type and event id, and on the boundaries between them', () => {
    const key = dedupeKey('source', '1', 'pointsIssued', 'e-1');
    expect(dedupeKey('source', '1', 'pointsIssued', 'e-1')).toBe(key);
    const others = [
      dedupeKey('other', '1', 'pointsIssued', 'e-1'),
      dedupeKey('source', '2', 'pointsIssued', 'e-1'),
      dedupeKey('source', null, 'pointsIssued', 'e-1'),
      dedupeKey('source', '1', 'pointsRedeemed', 'e-1'),
      dedupeKey('source', '1', 'pointsIssued', 'e-2'),
      dedupeKey('source', '1', 'pointsIssuede', '-1'),
    ];
    expect(new Set([key, ...others]).size).toBe(7);
  });

  it("for deduplication lie in the range of their source and sender's id, which no other key is in", () => {
    const [lowest, highest] = dedupeKeyRange('source', 'e-1');
    const isInRange = (key: string) => key >= lowest && key <= highest;
    const same = [dedupeKey('source', '1', 'pointsIssued', 'e-1'), dedupeKey('source', null, 'other', 'e-1')];
    const others = [dedupeKey('source', '1', 'pointsIssued', 'e-2'), dedupeKey('other', '1', 'pointsIssued', 'e-1')];
    expect([...same, ...others].map(isInRange)).toEqual([true, true, false, false]);
    expect([lowest, highest].every((key) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(key))).toBe(true);
  });
});
