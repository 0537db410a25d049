import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@patchbay/testing/services';
import { once } from 'node:events';
import { connect } from 'node:net';
import { SeededRandom } from './seeded-random.js';
import { Sink } from './sink.js';

const ROUND = '1-1';

describe('the receiver', () => {
  let sink: Sink;
  beforeAll(async () => {
    sink = await Sink.start(new SeededRandom(1));
  });
  afterAll(() => sink.close());

  /** Returns an HTTP request with a message of the round. */
  function requestOf(deliveryId: string): string {
    const body = JSON.stringify({ refs: `${ROUND}/event/1` });
    return `POST /shop HTTP/1.1\r\nhost: sink\r\nwebhook-id: ${deliveryId}\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
  }

  async function abandonedOf(deliveryId: string): Promise<boolean> {
    const arrival = await until(
      () => Promise.resolve(sink.arrivalsOf(ROUND).find((one) => one.deliveryId === deliveryId)),
      { what: 'the request to arrive', timeoutMs: 30_000 },
    );
    await new Promise((resolve) => setImmediate(() => setImmediate(() => setImmediate(resolve))));
    return arrival.abandoned;
  }

  it('distinguishes a request whose sender closed the connection before it was read from one whose sender waits', async () => {
    const [gone, waits] = ['gone', 'waits'].map(() => connect(Number(new URL(sink.url).port), '127.0.0.1'));
    if (gone === undefined || waits === undefined) throw new Error('There is no connection.');
    await Promise.all([once(gone, 'connect'), once(waits, 'connect')]);
    const answered = once(waits, 'data');
    waits.write(requestOf('waits'));
    // The message and the close of the connection arrive in one event loop turn, so the connection is closed before the
    // receiver reads the request.
    gone.write(requestOf('gone'));
    gone.destroy();
    expect(await abandonedOf('gone')).toBe(true);
    await answered;
    expect(await abandonedOf('waits')).toBe(false);
    waits.destroy();
  });

  it('counts each message of a batch', async () => {
    const body = JSON.stringify(['one', 'two'].map((event) => ({ refs: `${ROUND}/event/${event}`, event })));
    await fetch(`${sink.url}/batched`, { method: 'POST', headers: { 'webhook-id': 'batch-1' }, body });
    expect(sink.accepted.get('batched/one')).toMatchObject({ eventId: 'one' });
    expect(sink.requests.get('batched/two')).toBe(1);
    expect(sink.accepted.has('batch-1')).toBe(false);
  });

  it('does not treat a connection that it reset as closed by the sender', async () => {
    const cut = connect(Number(new URL(sink.url).port), '127.0.0.1');
    cut.on('error', () => undefined);
    await once(cut, 'connect');
    sink.turn('resetting');
    cut.write(requestOf('cut'));
    expect(await abandonedOf('cut')).toBe(false);
  });
});
