import { describe, expect, it } from '@jest/globals';
import { connectionBudget } from './connection-budget.js';

const databasePools = { hot: 6, general: 4 };

describe('connectionBudget', () => {
  it('adds up the connections to PostgreSQL', () => {
    expect(connectionBudget({ databasePools, redisUrl: 'redis://redis' }, false)).toEqual({
      hot: 6,
      general: 4,
      listen: 1,
      queue: 0,
      direct: 11,
    });
  });

  it('adds the queue without Redis, and leaves out the connections to a pooler', () => {
    expect(connectionBudget({ databasePools }, false)).toMatchObject({ queue: 5, direct: 16 });
    expect(connectionBudget({ databasePools }, true)).toMatchObject({ hot: 6, direct: 10 });
  });
});
