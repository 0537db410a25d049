import { describe, expect, it } from '@jest/globals';
import { MissingStatuses, type ExpectedStatuses } from './missing-statuses.js';

describe('MissingStatuses', () => {
  async function checked(...withCallback: readonly string[]): Promise<readonly ExpectedStatuses[]> {
    const calls: ExpectedStatuses[] = [];
    const plugins = {
      types: ['acme-sms', 'webhook'],
      facts: (type: string) => ({ hasStatusCallback: withCallback.includes(type) }),
    };
    const store = {
      check: (expected: ExpectedStatuses) => {
        calls.push(expected);
        return Promise.resolve(true);
      },
    };
    expect(await new MissingStatuses(store, plugins).once()).toBe(withCallback.length > 0);
    return calls;
  }

  it('expects statuses of vendors that report statuses, within a day by default', async () => {
    expect(await checked('acme-sms')).toEqual([{ types: ['acme-sms'], defaultWithinMs: 86_400_000 }]);
  });

  it('expects nothing of vendors that report no statuses', async () => {
    expect(await checked()).toEqual([]);
  });
});
