import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { AttemptOutcome, DeliverBatchRequest, OrderPolicy, PollRequest } from '@patchbay/core';
import type { BatchLimits } from '@patchbay/plugin-sdk';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import { PostgresEventStore } from '../events/postgres-event.store.js';
import { PostgresDeliveryInterventions } from '../replays/postgres-delivery-interventions.js';
import { attemptsOf } from '../sql/attempts.js';
import { openTestDatabase } from '../testing/open-test-database.js';
import { sampleDelivery, sampleEvent, type SampleIds } from '../testing/event-fixtures.js';
import { insertDestination } from '../testing/sample-destination.js';
import { sampleWorker, type SampleWorker, type SampleWorkerOptions } from '../testing/sample-worker.js';

const ACCEPTED: AttemptOutcome = { kind: 'accepted' };
const LOST: AttemptOutcome = { kind: 'unconfirmed', message: 'the answer was lost' };
const LIMITS: BatchLimits = { size: 5, within: 0 };
/** Options of a destination whose retries wait until the test lets time pass. */
const RETRIES_LATER: Partial<SampleWorkerOptions> = { scheduleMs: [0, 1_000, 1_000] };

/** Call that the vendor received. */
interface Call {
  readonly batchId: string;
  readonly deliveries: readonly string[];
}

describe('a destination with batches', () => {
  let database: Awaited<ReturnType<typeof openTestDatabase>>;
  let ids: SampleIds;
  let calls: Call[] = [];
  let now = 0;
  const workers: SampleWorker[] = [];
  const slices = new Set<Promise<void>>();

  beforeAll(async () => {
    database = await openTestDatabase();
  }, SERVICE_TIMEOUT_MS);
  afterAll(() => database.close());
  beforeEach(async () => {
    ids = await insertDestination(database.dataSource);
    calls = [];
    now = Date.now();
  });
  afterEach(async () => {
    const ended = workers.splice(0);
    await Promise.all(ended.map((worker) => worker.dispatcher.stop(100)));
    while (slices.size > 0) await Promise.all(slices);
    await Promise.all(ended.map((worker) => worker.close()));
  });

  type Answer = (request: DeliverBatchRequest, call: number) => Promise<readonly AttemptOutcome[]>;
  /** Starts a worker whose vendor gives these answers. */
  async function start(
    answer: Answer,
    batch: BatchLimits | null = LIMITS,
    more: Partial<SampleWorkerOptions> = {},
  ): Promise<SampleWorker> {
    const worker = await sampleWorker(
      randomUUID(),
      {
        ...{ url: database.url, ids, clock: { now: () => now } },
        ...(batch === null ? {} : { batch }),
        deliverBatch: (request) => {
          const deliveries = request.messages.map(({ delivery }) => delivery.id);
          const number = calls.push({ batchId: request.batchId, deliveries });
          return answer(request, number);
        },
        deliver: ({ delivery: { id } }) => {
          calls.push({ batchId: id, deliveries: [id] });
          return Promise.resolve(ACCEPTED);
        },
        ...more,
      },
      () => undefined,
    );
    workers.push(worker);
    await worker.heartbeat();
    await database.dataSource.query(`UPDATE workers SET joined_at = joined_at - interval '1 min'`);
    await worker.heartbeat();
    return worker;
  }
  async function stored(count: number, order?: { readonly key: string; readonly policy: OrderPolicy }) {
    const at = now - 60_000;
    const made = Array.from({ length: count }, (_, index) => {
      const event = sampleEvent(ids, at + index);
      const delivery = sampleDelivery(event.id, ids, at + index);
      const own = order === undefined ? {} : { order: { ...order, occurredAt: at + index } };
      return { ...event, deliveries: [{ ...delivery, ...own }] };
    });
    await new PostgresEventStore(database.pgPool).storeGroup(made);
    return made.flatMap(({ deliveries }) => deliveries.map(({ id }) => id));
  }
  interface Row {
    readonly id: string;
    readonly state: string;
    readonly reason: string | null;
    readonly attempts: number;
    readonly counted_attempts: number;
    readonly external_id: string | null;
    readonly leased: boolean;
  }
  const rows = (): Promise<Row[]> =>
    database.dataSource.query(
      `SELECT id, state, reason, attempts, counted_attempts, external_id, lease_token IS NOT NULL AS leased
      FROM deliveries WHERE destination_id = $1 ORDER BY id`,
      [ids.destinationId],
    );
  const states = async (): Promise<Record<string, string>> =>
    Object.fromEntries((await rows()).map(({ id, state }) => [id, state]));
  /** Returns true if no batch of the destination is stored. Its worker deletes a batch after the outcomes. */
  const isForgotten = async (): Promise<boolean> => {
    const batches: unknown[] = await database.dataSource.query('SELECT FROM batches WHERE destination_id = $1', [
      ids.destinationId,
    ]);
    return batches.length === 0;
  };
  const countOf = async (state: string): Promise<number> => (await rows()).filter((row) => row.state === state).length;
  /** Runs slices on the workers until a condition holds. */
  async function run(condition: () => Promise<boolean> | boolean, what: string, ...on: SampleWorker[]): Promise<void> {
    const running = on.length === 0 ? workers : on;
    await until(
      async () => {
        for (const worker of running) {
          const slice = worker.dispatcher.runSlice(ids.destinationId).finally(() => slices.delete(slice));
          slices.add(slice);
          await slice;
        }
        return condition();
      },
      { what, timeoutMs: 30_000 },
    );
  }
  const drain = (): Promise<void> => run(async () => (await countOf('scheduled')) === 0, 'all deliveries to end');
  const answerAll =
    (outcome: AttemptOutcome): Answer =>
    ({ messages }) =>
      Promise.resolve(messages.map(() => outcome));

  it('gets full batches, oldest first, and each delivery once', async () => {
    await start(answerAll(ACCEPTED));
    const made = await stored(13);
    await drain();
    expect(calls.map(({ deliveries }) => deliveries.length).sort()).toEqual([3, 5, 5]);
    expect(calls.flatMap(({ deliveries }) => deliveries).sort()).toEqual([...made].sort());
    // The calls run at the same time, so their order is not certain.
    expect(calls.map(({ deliveries }) => deliveries)).toContainEqual(made.slice(0, 5));
    expect(new Set(calls.map(({ batchId }) => batchId)).size).toBe(3);
  });

  it('collects deliveries until the oldest has been due for long enough', async () => {
    const worker = await start(answerAll(ACCEPTED), { size: 5, within: 120_000 });
    const [oldest] = await stored(3);
    await worker.dispatcher.runSlice(ids.destinationId);
    expect(calls).toEqual([]);
    expect((await rows()).map(({ leased }) => leased)).toEqual([false, false, false]);
    now += 60_001;
    await drain();
    expect(calls).toHaveLength(1);
    expect(calls[0]?.deliveries[0]).toBe(oldest);
  });

  it('has one outcome per message: accepted with its id, refused, or retried', async () => {
    await start(({ messages }, call) =>
      Promise.resolve(
        messages.map((_message, index): AttemptOutcome => {
          if (call === 1 && index === 1) return { kind: 'rejected', message: 'no such customer' };
          if (call === 1 && index === 3) return { kind: 'transient', message: 'busy' };
          return { kind: 'accepted', externalId: `${call}-${index}` };
        }),
      ),
    );
    const made = await stored(5);
    await drain();
    const found = await rows();
    expect(found.map(({ state }) => state)).toEqual(['succeeded', 'dead', 'succeeded', 'succeeded', 'succeeded']);
    expect(found.map(({ external_id: id }) => id)).toEqual(['1-0', null, '1-2', '2-0', '1-4']);
    expect(calls.map(({ deliveries }) => deliveries)).toEqual([made, [made[3]]]);
    const attempts: unknown[] = await database.dataSource.query(`${attemptsOf((id) => `${id} = $1`)} ORDER BY number`, [
      made[3],
    ]);
    expect(attempts).toMatchObject([
      { number: 1, outcome: 'transient', batch: { id: calls[0]?.batchId, index: 3, size: 5 } },
      { number: 2, outcome: 'accepted', batch: { id: calls[1]?.batchId, index: 0, size: 1 } },
    ]);
  });

  it('counts a call that failed as one failure, and regroups its messages', async () => {
    const transient: AttemptOutcome = { kind: 'transient', message: 'unavailable' };
    const limits = { size: 20, within: 0 };
    await start((request, call) => answerAll(call === 1 ? transient : ACCEPTED)(request, call), limits);
    await stored(15);
    await drain();
    // More failures than these would open the circuit breaker.
    expect(calls.map(({ deliveries }) => deliveries.length)).toEqual([15, 15]);
    expect(new Set(calls.map(({ batchId }) => batchId)).size).toBe(2);
    expect((await rows()).map(({ attempts, state }) => [attempts, state])).toEqual(Array(15).fill([2, 'succeeded']));
  });

  it('keeps the retries of each message, also among newer messages', async () => {
    const transient: AttemptOutcome = { kind: 'transient', message: 'unavailable' };
    await start(answerAll(transient), { ...LIMITS, idempotent: 'batch' });
    const [old] = await stored(2);
    await database.dataSource.query('UPDATE deliveries_waiting SET counted_attempts = 2 WHERE id = $1', [old]);
    await run(() => calls.length > 0, 'the first call');
    await until(async () => (await rows()).every(({ leased }) => !leased), { what: 'the outcomes to be written' });
    expect((await states())[old ?? '']).toBe('dead');
  });

  it('waits once if the vendor throttles the call, and counts no attempt', async () => {
    const throttled: AttemptOutcome = { kind: 'throttled', message: 'slow down', retryAfterMs: 3_600_000 };
    const worker = await start(answerAll(throttled));
    await stored(12);
    await run(() => calls.length > 0, 'the first call');
    await until(async () => (await rows()).every(({ leased }) => !leased), { what: 'the outcomes to be written' });
    await worker.breakersStored();
    await worker.dispatcher.runSlice(ids.destinationId);
    const found = await rows();
    const sent = calls.reduce((sum, { deliveries }) => sum + deliveries.length, 0);
    expect(found.filter(({ attempts }) => attempts > 0)).toHaveLength(sent);
    expect(found.every(({ counted_attempts: counted, state }) => counted === 0 && state === 'scheduled')).toBe(true);
    const [breaker] = await database.dataSource.query<{ open_until: Date | null; limit_share: number }[]>(
      'SELECT open_until, limit_share FROM destination_states WHERE destination_id = $1',
      [ids.destinationId],
    );
    expect(breaker?.open_until?.getTime()).toBeGreaterThan(now + 3_000_000);
    // Five effects would have halved the limits five times.
    expect(breaker?.limit_share).toBe(0.5);
  });

  it('cuts a batch by bytes, and refuses a message that fits into no call', async () => {
    const bytes = JSON.stringify([{ body: 'x' }, { body: 'x' }]).length;
    await start(answerAll(ACCEPTED), { size: 5, within: 0, bytes });
    await stored(5);
    await drain();
    expect(calls.map(({ deliveries }) => deliveries.length).sort()).toEqual([1, 2, 2]);
    expect((await rows()).map(({ attempts }) => attempts)).toEqual([1, 1, 1, 1, 1]);

    await Promise.all(workers.splice(0).map((worker) => worker.close()));
    calls = [];
    ids = await insertDestination(database.dataSource);
    await start(answerAll(ACCEPTED), { size: 5, within: 0, bytes: 10 });
    await stored(2);
    await drain();
    expect(calls).toEqual([]);
    expect(await rows()).toMatchObject([
      { state: 'dead', reason: 'mapping' },
      { state: 'dead', reason: 'mapping' },
    ]);
  });

  it('never has two deliveries of one order key in a call, and keeps their order', async () => {
    await start(answerAll(ACCEPTED));
    const key = randomUUID();
    const made = await stored(4, { key, policy: 'skip' });
    const others = await stored(4);
    await drain();
    const ordered = new Set(made);
    const perCall = calls.map(({ deliveries }) => deliveries.filter((id) => ordered.has(id)));
    expect(perCall.flat()).toEqual(made);
    expect(Math.max(...perCall.map(({ length }) => length))).toBe(1);
    expect(calls.flatMap(({ deliveries }) => deliveries)).toHaveLength(made.length + others.length);
  });

  it('has at most as many calls in flight as its concurrency', async () => {
    let running = 0;
    let most = 0;
    await start(
      async ({ messages }) => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        return messages.map(() => ACCEPTED);
      },
      LIMITS,
      { limits: { concurrency: 1 } },
    );
    await stored(23);
    await drain();
    expect(most).toBe(1);
    expect(calls).toHaveLength(5);
  });

  describe('whose vendor decides later', () => {
    /** Starts a worker whose vendor leaves the messages of these calls pending. Returns the ids that it polls. */
    async function pendingAfter(answer: Answer, batch: BatchLimits): Promise<readonly string[]> {
      const polled: string[] = [];
      const poll = ({ externalId }: PollRequest): Promise<AttemptOutcome> => {
        polled.push(externalId);
        return Promise.resolve(
          externalId.endsWith('-2') ? { kind: 'rejected', message: 'discarded' } : { kind: 'accepted' },
        );
      };
      await start(answer, batch, { ...RETRIES_LATER, poll });
      return polled;
    }
    const PENDING: Answer = ({ messages }, call) =>
      Promise.resolve(
        messages.map((_message, index): AttemptOutcome => {
          return { kind: 'pending', message: 'queued', externalId: `${call}-${index}`, pollAfterMs: 1_000 };
        }),
      );
    const isPolled = async (): Promise<boolean> => {
      now += 1_000;
      return (await countOf('scheduled')) === 0;
    };

    it('polls each message under its own id, and sends none again', async () => {
      const polled = await pendingAfter(PENDING, LIMITS);
      await stored(5);
      await run(isPolled, 'the messages to be decided');
      expect(calls).toHaveLength(1);
      expect([...polled].sort()).toEqual(['1-0', '1-1', '1-2', '1-3', '1-4']);
      expect((await rows()).map(({ state, attempts }) => `${state} ${attempts}`)).toEqual([
        ...['succeeded 1', 'succeeded 1', 'dead 2', 'succeeded 1', 'succeeded 1'],
      ]);
    });

    it('polls the members of a batch that was repeated, and forgets the batch', async () => {
      const answer: Answer = (request, call) => (call === 1 ? answerAll(LOST) : PENDING)(request, call);
      const polled = await pendingAfter(answer, { ...LIMITS, idempotent: 'batch' });
      await stored(5);
      await run(isPolled, 'the messages to be decided');
      expect(calls).toEqual([calls[0], calls[0]]);
      expect([...polled].sort()).toEqual(['2-0', '2-1', '2-2', '2-3', '2-4']);
      expect(await countOf('succeeded')).toBe(4);
      await until(isForgotten, { what: 'the batch to be deleted' });
    });
  });

  describe('whose answer was lost', () => {
    it('gets the same batch again, with the same id, if the plugin is idempotent per batch', async () => {
      const answer: Answer = (request, call) => answerAll(call === 1 ? LOST : ACCEPTED)(request, call);
      await start(answer, { ...LIMITS, idempotent: 'batch' }, RETRIES_LATER);
      const made = await stored(5);
      await run(async () => (await rows()).every(({ attempts }) => attempts === 1), 'the first outcome');
      now += 2_000;
      const more = await stored(3);
      await drain();
      const repeated = calls.filter(({ batchId }) => batchId === calls[0]?.batchId);
      expect(repeated).toEqual([calls[0], calls[0]]);
      expect(calls[0]?.deliveries).toEqual(made);
      expect(calls.filter((call) => !repeated.includes(call)).flatMap(({ deliveries }) => deliveries)).toEqual(more);
      await until(isForgotten, { what: 'the batch to be deleted' });
    });

    it('keeps the batch frozen if the repetition is refused for the moment', async () => {
      const busy: AttemptOutcome = { kind: 'transient', message: 'unavailable' };
      const outcomes = [LOST, busy, ACCEPTED];
      const answer: Answer = (request, call) => answerAll(outcomes[call - 1] ?? ACCEPTED)(request, call);
      await start(answer, { ...LIMITS, idempotent: 'batch' });
      const made = await stored(5);
      await drain();
      expect(calls).toEqual(Array(3).fill({ batchId: calls[0]?.batchId, deliveries: made }));
    });

    it('ends all members together if the retries are exhausted', async () => {
      await start(answerAll(LOST), { ...LIMITS, idempotent: 'batch' });
      await stored(5);
      // One member has failed before, so that the members have different numbers of attempts.
      await database.dataSource.query(
        `UPDATE deliveries_waiting SET counted_attempts = 1 WHERE id = (
          SELECT id FROM deliveries_waiting WHERE destination_id = $1 ORDER BY id LIMIT 1
        )`,
        [ids.destinationId],
      );
      await drain();
      expect(new Set((await rows()).map(({ state, reason }) => `${state} ${reason}`))).toEqual(
        new Set(['dead retries exhausted']),
      );
    });

    it('gets each message alone if the plugin is idempotent per message', async () => {
      const answer: Answer = (request, call) => answerAll(call === 1 ? LOST : ACCEPTED)(request, call);
      await start(answer, { ...LIMITS, idempotent: 'message' });
      const made = await stored(5);
      await drain();
      expect(calls.slice(1).map(({ deliveries }) => deliveries.length)).toEqual([1, 1, 1, 1, 1]);
      expect(
        calls
          .slice(1)
          .flatMap(({ deliveries }) => deliveries)
          .sort(),
      ).toEqual([...made].sort());
    });

    it('holds every message if the plugin is not idempotent', async () => {
      await start(answerAll(LOST));
      await stored(5);
      await drain();
      expect(calls).toHaveLength(1);
      expect((await rows()).map(({ state }) => state)).toEqual(Array(5).fill('unconfirmed'));
    });

    it('holds the messages in doubt if the vendor answered for the others', async () => {
      const answer: Answer = ({ messages }) =>
        Promise.resolve(messages.map((_message, index) => (index === 2 ? LOST : ACCEPTED)));
      await start(answer, { ...LIMITS, idempotent: 'batch' });
      const made = await stored(5);
      await drain();
      expect(calls).toHaveLength(1);
      expect(await states()).toMatchObject({ [made[2] ?? '']: 'unconfirmed', [made[1] ?? '']: 'succeeded' });
    });

    it('dissolves a frozen batch of which a member was cancelled, and sends nothing', async () => {
      await start(answerAll(LOST), { ...LIMITS, idempotent: 'batch' }, RETRIES_LATER);
      const made = await stored(5);
      await run(async () => (await rows()).every(({ attempts }) => attempts === 1), 'the first outcome');
      const cancelled = made[2] ?? '';
      const interventions = new PostgresDeliveryInterventions(database.dataSource, database.pgPool);
      expect(await interventions.cancel({ deliveryId: cancelled, brandId: ids.brandId })).toBe(true);
      now += 2_000;
      await drain();
      expect(calls).toHaveLength(1);
      const expected = Object.fromEntries(made.map((id) => [id, id === cancelled ? 'cancelled' : 'unconfirmed']));
      expect(await states()).toEqual(expected);
      // Nothing was sent, so there is no second attempt.
      expect((await rows()).map(({ attempts }) => attempts)).toEqual([1, 1, 1, 1, 1]);
    });

    it.each<[string, BatchLimits | null]>([
      ['has no batches any more', null],
      ['is not idempotent any more', LIMITS],
      ['is idempotent per message now', { ...LIMITS, idempotent: 'message' }],
    ])('holds the members of a frozen batch if the destination %s', async (_change, changed) => {
      const worker = await start(answerAll(LOST), { ...LIMITS, idempotent: 'batch' }, RETRIES_LATER);
      await stored(5);
      await run(async () => (await rows()).every(({ attempts }) => attempts === 1), 'the first outcome');
      workers.splice(0);
      await worker.close();
      now += 2_000;
      await start(answerAll(ACCEPTED), changed);
      await drain();
      expect(calls).toHaveLength(1);
      expect(await countOf('unconfirmed')).toBe(5);
    });
  });

  describe('of which a member loses its lease before the call', () => {
    /** Gives the lease of a delivery to another process. */
    const steal = (id: string | undefined): Promise<unknown> =>
      database.dataSource.query('UPDATE deliveries_waiting SET lease_token = $2 WHERE id = $1', [id, randomUUID()]);
    const freeLease = (id: string | undefined): Promise<unknown> =>
      database.dataSource.query(
        'UPDATE deliveries_waiting SET lease_token = NULL, lease_until = NULL, active_key = NULL WHERE id = $1',
        [id],
      );

    it('sends the others, if the batch is new', async () => {
      const worker = await start(answerAll(ACCEPTED));
      const made = await stored(5);
      const markBatch = worker.store.markBatch.bind(worker.store);
      jest.spyOn(worker.store, 'markBatch').mockImplementationOnce(async (batch) => {
        await steal(made[2]);
        return markBatch(batch);
      });
      await run(async () => (await countOf('succeeded')) === 4, 'the others to succeed');
      expect(calls.map(({ deliveries }) => deliveries)).toEqual([made.filter((id) => id !== made[2])]);
      await freeLease(made[2]);
      await drain();
      expect(calls.flatMap(({ deliveries }) => deliveries).sort()).toEqual([...made].sort());
    });

    it('sends nothing, if the batch must be repeated as a whole', async () => {
      const answer: Answer = (request, call) => answerAll(call === 1 ? LOST : ACCEPTED)(request, call);
      const worker = await start(answer, { ...LIMITS, idempotent: 'batch' }, RETRIES_LATER);
      const made = await stored(5);
      await run(async () => (await rows()).every(({ attempts }) => attempts === 1), 'the first outcome');
      const markSending = worker.store.markSending.bind(worker.store);
      const marked = jest.spyOn(worker.store, 'markSending').mockImplementationOnce(async (deliveries) => {
        await steal(made[2]);
        return markSending(deliveries);
      });
      now += 2_000;
      await run(() => marked.mock.calls.length > 0, 'the repetition to begin');
      await until(async () => (await rows()).filter(({ leased }) => leased).length === 1, { what: 'the release' });
      expect(calls).toHaveLength(1);
      await freeLease(made[2]);
      await drain();
      expect(calls).toEqual([calls[0], calls[0]]);
    });
  });

  describe('whose worker stops', () => {
    /** Lets the leases of all deliveries expire, as after a crash. */
    const expire = (): Promise<unknown> =>
      database.dataSource.query(
        `WITH expired AS (
          UPDATE deliveries_waiting SET lease_until = now() - interval '1 s'
          WHERE destination_id = $1 AND lease_token IS NOT NULL
        )
        UPDATE claims SET check_at = now()`,
        [ids.destinationId],
      );
    /** Starts a worker that never gets an answer, and a second worker. Returns after the first worker made its call. */
    async function stalled(batch: BatchLimits, count = 5) {
      let resume: (outcomes: readonly AttemptOutcome[]) => void = () => undefined;
      const first = await start(
        () =>
          new Promise((resolve) => {
            resume = resolve;
          }),
        batch,
      );
      const made = await stored(count);
      await run(() => calls.length === 1, 'the call of the first worker', first);
      const second = await start(answerAll(ACCEPTED), batch);
      return { first, second, made, resume: (outcomes: readonly AttemptOutcome[]) => resume(outcomes) };
    }

    it('after the mark is repeated with the same id by another worker, and the late answer is not written', async () => {
      const { first, second, made, resume } = await stalled({ ...LIMITS, idempotent: 'batch' });
      await expire();
      await second.dispatcher.reclaimExpired();
      await run(async () => (await countOf('scheduled')) === 0, 'the second worker to send', second);
      expect(calls).toEqual([calls[0], calls[0]]);
      resume(made.map(() => ({ kind: 'rejected', message: 'too late' })));
      await first.dispatcher.stop(1_000);
      expect(await countOf('succeeded')).toBe(5);
    });

    it('after the mark counts as one failure of the destination', async () => {
      const { second } = await stalled({ size: 20, within: 0, idempotent: 'message' }, 20);
      await expire();
      await second.dispatcher.reclaimExpired();
      await until(async () => (await rows()).every(({ attempts }) => attempts > 0), { what: 'the decisions' });
      await second.breakersStored();
      // Twenty failures would have opened the circuit breaker.
      const opened: unknown[] = await database.dataSource.query(
        'SELECT FROM destination_states WHERE destination_id = $1 AND open_until IS NOT NULL',
        [ids.destinationId],
      );
      expect(opened).toEqual([]);
    });

    it('after the mark is held if the plugin is not idempotent', async () => {
      const { second } = await stalled(LIMITS);
      await expire();
      await second.dispatcher.reclaimExpired();
      await run(async () => (await countOf('scheduled')) === 0, 'the members to be held', second);
      expect(calls).toHaveLength(1);
      expect(await countOf('unconfirmed')).toBe(5);
    });

    it('after a part of the answer was written holds the rest, because the batch cannot be repeated', async () => {
      const { second, made } = await stalled({ ...LIMITS, idempotent: 'batch' });
      // The first worker wrote one outcome before it died.
      await database.dataSource.query('DELETE FROM deliveries_waiting WHERE id = $1', [made[0]]);
      await expire();
      await second.dispatcher.reclaimExpired();
      await run(async () => (await countOf('scheduled')) === 0, 'the members to be held', second);
      expect(calls).toHaveLength(1);
      expect(await countOf('unconfirmed')).toBe(4);
    });
  });
});
