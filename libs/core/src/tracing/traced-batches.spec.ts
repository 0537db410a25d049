import { beforeEach, describe, expect, it } from '@jest/globals';
import type { CallPermit } from '../delivery/attempt.js';
import type { BatchAttempt } from '../delivery/attempt-batch.js';
import type { AttemptOutcome, ClaimedDelivery } from '../delivery/delivery.js';
import { TracedBatches } from './traced-batches.js';
import type { AttemptTrace, BatchTrace, Traces } from './traces.port.js';

const LIMITS = { size: 4, within: 0 };
const ACCEPTED: AttemptOutcome = { kind: 'accepted' };
const PERMIT = { reservation: null, signal: new AbortController().signal } as unknown as CallPermit;

const delivery = (id: string): ClaimedDelivery => ({ id }) as ClaimedDelivery;

describe('TracedBatches', () => {
  let ended: string[];
  let traced: ReadonlySet<string>;
  const begun = new Map<string, AttemptTrace>();
  const batchTrace: BatchTrace = {
    beginLookup: () => ({ end: () => undefined }),
    beginRequest: () => ({ answered: () => undefined, failed: () => undefined }),
    end: (messages) => ended.push(`batch ${messages}`),
  };
  const traces: Traces = {
    beginClaim: () => ({ end: () => undefined }),
    beginAttempt: ({ id }) => {
      if (!traced.has(id)) return null;
      const trace: AttemptTrace = { ...batchTrace, end: (outcome) => ended.push(`${id} ${outcome}`) };
      begun.set(id, trace);
      return trace;
    },
    beginBatch: (first, others) => {
      ended.push(`${others.length + 1} members`);
      expect([first, ...others]).toEqual([...begun.values()]);
      return batchTrace;
    },
  };

  beforeEach(() => {
    ended = [];
    begun.clear();
  });

  /** Attempts a batch with this result. Returns the permit of the call. */
  async function attempt(result: BatchAttempt, ...ids: string[]): Promise<CallPermit | undefined> {
    let given: CallPermit | undefined;
    const inner = {
      attempt: (_deliveries: readonly ClaimedDelivery[], _limits: unknown, permit: CallPermit) => {
        given = permit;
        return Promise.resolve(result);
      },
    };
    const batches = new TracedBatches(inner, traces);
    expect(await batches.attempt(ids.map(delivery), LIMITS, PERMIT, null)).toBe(result);
    return given;
  }

  it('gives the call the span of the batch, and each traced member its own outcome', async () => {
    traced = new Set(['sent', 'apart', 'released']);
    const place = { id: 'batch', index: 0, size: 2 };
    const result: BatchAttempt = {
      sent: [
        { delivery: delivery('sent'), outcome: ACCEPTED, place },
        { delivery: delivery('untraced'), outcome: ACCEPTED, place },
      ],
      apart: [{ delivery: delivery('apart'), outcome: { kind: 'mapping', message: 'invalid' } }],
      released: [delivery('released')],
    };
    const permit = await attempt(result, 'sent', 'untraced', 'apart', 'released');
    expect(permit?.trace).toBe(batchTrace);
    expect(ended).toEqual(['3 members', 'batch 2', 'apart mapping', 'sent accepted', 'released release']);
  });

  it('makes a call without a span if no member is traced', async () => {
    traced = new Set();
    expect(await attempt({ sent: [], apart: [], released: [delivery('a')] }, 'a')).toBe(PERMIT);
    expect(ended).toEqual([]);
  });
});
