import { beforeEach, describe, expect, it } from '@jest/globals';
import { CustomerLookups } from '../delivery/customer-lookups.js';
import { MappingCache } from '../delivery/build-message.js';
import type { AttemptOutcome, ClaimedDelivery } from '../delivery/delivery.js';
import { uuidV7 } from '../ids.js';
import { MessagePolicy } from '../messaging/rules.js';
import { attemptOnce } from '../testing/attempt-once.js';
import {
  brandRecord,
  configurationRecords,
  simpleAdapter,
  subscriptionRecord,
} from '../testing/configuration-builder.js';
import { MemoryMessagingStore } from '../testing/memory-messaging-store.js';
import type { SuppressionList } from './suppression-list.js';

const NOW = Date.UTC(2026, 0, 2);
const PHONE = { kind: 'phone', value: '+15005550006' } as const;
type List = Pick<SuppressionList, 'stopped' | 'report'>;

describe('an attempt', () => {
  let sent: number;
  let reported: unknown[];
  beforeEach(() => {
    [sent, reported] = [0, []];
  });

  function attempt(
    answer: AttemptOutcome,
    list: Partial<List> = {},
    also: { readonly onFault?: () => void; readonly devices?: string[] } = {},
  ): Promise<AttemptOutcome> {
    const version = subscriptionRecord({
      mapping: { to: PHONE.value, ...(also.devices !== undefined && { devices: also.devices }) },
    });
    const clock = { now: () => NOW };
    const id = uuidV7(NOW);
    const delivery: ClaimedDelivery = {
      ...{ id, token: 't', retentionDays: 30, brandId: 'brand-1', destinationId: 'destination-1' },
      ...{ destinationVersion: 1, pauseSeq: 0, subscriptionId: 'subscription-1', subscriptionVersionId: version.id },
      ...{ countedAttempts: 0, attempts: 0, order: null, pendingSince: null, externalId: null },
      ...{ confirmed: false, outdated: false, undecided: false, messaging: null },
      event: {
        ...{
          id,
          type: 'a',
          sourceId: 'source-1',
          customerId: null,
          customerKey: null,
          occurredAt: NOW,
          receivedAt: NOW,
        },
        ...{ data: {}, sealed: null },
      },
    };
    return attemptOnce({
      ...also,
      delivery,
      records: configurationRecords({ brands: [brandRecord()], subscriptions: [version] }),
      adapter: simpleAdapter,
      gateway: {
        facts: (type) => ({
          ...{
            type,
            messaging: 'sms',
            quotaExcess: 'wait',
            limits: () => ({}),
            idempotent: () => true,
            batch: () => undefined,
            hasStatusCallback: false,
          },
          ...{
            addressPathsOf: () => [
              { path: 'to', kind: 'phone' },
              { path: 'devices', kind: 'pushToken' },
            ],
          },
          ...{ preset: () => undefined },
        }),
        ...{ checkMessage: () => [], checkCredentials: () => [], checkSettings: () => [] },
        deliverBatch: () => Promise.reject(new Error('The destination has no batches.')),
        deliver: () => {
          sent += 1;
          return Promise.resolve(answer);
        },
        poll: () => Promise.resolve(answer),
      },
      mappings: new MappingCache({ subscriptionVersions: () => Promise.resolve([version]) }),
      lookups: new CustomerLookups(
        { enrich: () => Promise.reject(new Error('unused')) },
        { resolve: () => Promise.resolve({}) },
      ),
      policy: new MessagePolicy(new MemoryMessagingStore(), clock),
      suppressions: {
        stopped: () => Promise.resolve(null),
        report: (...report) => {
          reported.push(report);
          return Promise.resolve(1);
        },
        ...list,
      },
    });
  }

  it('sends nothing to an address on the suppression list', async () => {
    const outcome = { kind: 'suppressed', message: 'opt-out' } as const;
    const stopped: List['stopped'] = (brand, addresses, message) => {
      expect([brand.id, addresses]).toEqual(['brand-1', [PHONE]]);
      expect(message).toMatchObject({ channel: 'sms', purpose: 'promotional' });
      return Promise.resolve(outcome);
    };
    expect([await attempt({ kind: 'accepted' }, { stopped }), sent]).toEqual([outcome, 0]);
  });

  it('sends nothing if the list cannot be read', async () => {
    const stopped = (): Promise<never> => Promise.reject(new Error('the database is away'));
    await expect(attempt({ kind: 'accepted' }, { stopped })).rejects.toThrow('the database is away');
    expect(sent).toBe(0);
  });

  it('reports the address of a message that the vendor refuses for good', async () => {
    const refused = { kind: 'rejected', message: 'opted out', vendorCode: '21610', suppress: 'opt_out' } as const;
    expect(await attempt(refused)).toEqual(refused);
    expect(reported).toMatchObject([[{ origin: 'answer', channel: 'sms', detail: '21610' }, [PHONE], 'opt_out']]);
  });

  it('does not end, and starts no fallback, while the list cannot be written', async () => {
    const refused = { kind: 'rejected', message: 'opted out', suppress: 'opt_out' } as const;
    const report = (): Promise<never> => Promise.reject(new Error('the database is away'));
    const outcome = await attempt(refused, { report }, { onFault: () => undefined });
    expect(outcome).toMatchObject({ kind: 'internal_error' });
  });

  it('reports refused addresses in lists of the message only, and keeps them out of the outcome', async () => {
    const refusal = (value: string) => ({ address: { kind: 'pushToken', value }, reason: 'invalid' }) as const;
    const refused = [refusal('one'), refusal('somebody else'), { ...refusal('one'), address: PHONE } as const];
    const accepted = { kind: 'accepted', externalId: 'm-1', refused } as const;
    expect(await attempt(accepted, {}, { devices: ['one', 'two'] })).toEqual({ kind: 'accepted', externalId: 'm-1' });
    expect(reported).toMatchObject([[{ origin: 'answer' }, [{ kind: 'pushToken', value: 'one' }], 'invalid']]);
  });

  it('keeps an accepted message if the refused addresses cannot be written', async () => {
    const refused = [{ address: { kind: 'pushToken', value: 'one' }, reason: 'invalid' }] as const;
    const report = (): Promise<never> => Promise.reject(new Error('the database is away'));
    const also = { devices: ['one'], onFault: () => undefined };
    expect(await attempt({ kind: 'accepted', refused }, { report }, also)).toEqual({ kind: 'accepted' });
  });

  it('reports nothing after another refusal', async () => {
    await attempt({ kind: 'rejected', message: 'no number' });
    expect(reported).toEqual([]);
  });
});
