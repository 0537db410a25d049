import { describe, expect, it } from '@jest/globals';
import { connectionBudget } from './connection-budget.js';

const databasePools = { hot: 6, general: 4 };
const role = 'api';
const databaseReplica = { url: 'postgres://standby/patchbay', maxLagMs: 10_000 };

describe('connectionBudget', () => {
  it('adds up the connections to PostgreSQL', () => {
    expect(
      connectionBudget({ databasePools, role, redis: { kind: 'standalone', url: 'redis://redis' } }, false),
    ).toEqual({
      hot: 6,
      general: 4,
      listen: 1,
      queue: 0,
      replica: 0,
      direct: 11,
    });
  });

  it('adds the queue without Redis, and leaves out the connections to a pooler', () => {
    expect(connectionBudget({ databasePools, role }, false)).toMatchObject({ queue: 5, direct: 16 });
    expect(connectionBudget({ databasePools, role }, true)).toMatchObject({ hot: 6, direct: 10 });
  });

  it('adds the connections of lists and of the lag to the replica, except in a worker', () => {
    const replica = (of: 'api' | 'worker') =>
      connectionBudget({ databasePools, role: of, databaseReplica }, false).replica;
    expect([replica('api'), replica('worker')]).toEqual([5, 0]);
  });
});
