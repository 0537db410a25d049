import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import pg from 'pg';
import { ACME_AUTH, ACME_TOKEN, pointsIssued } from './support/acme.js';
import { startHubProcess, type HubProcess } from './support/hub-process.js';
import { startReceiver, type Received, type Receiver } from './support/receiver.js';
import { at, startTestHub, type TestHub } from './support/test-hub.js';

const SIZE = 5;
/** Keys of the advisory locks on which statements of a process wait. */
const MARK = 1;
const RECORD = 2;

const destination = (name: string, onUnconfirmed: string): string => `
  ${name}:
    type: webhook
    credentials:
      oauth2: { tokenUrl: "\${env:TOKEN_URL}", clientId: hub, clientSecret: "\${env:CLIENT_SECRET}" }
    settings: { url: "\${env:HOOK_URL}/${name}", batch: { size: ${SIZE}, within: 60000 } }
    retry: { schedule: [0s, 0s, 0s], onUnconfirmed: ${onUnconfirmed} }
`;

/** Brand with two destinations of batches: one repeats a batch whose answer was lost, the other holds its messages. */
const brand = `
brand: acme
sources:
  capillary: { adapter: capillary, auth: { headers: { x-acme-token: ["\${env:ACME_TOKEN}"] } } }
destinations:
${destination('repeats', 'retry')}
${destination('holds', 'hold')}
subscriptions:
  repeats: { source: capillary, events: ["*"], destination: repeats, mapping: { body: { id: "{{ event.id }}" } } }
  holds: { source: capillary, events: ["*"], destination: holds, mapping: { body: { id: "{{ event.id }}" } } }
`;

/** Triggers that make the mark of a call, and the record of its outcome, wait for advisory locks. */
const TRIGGERS = `
CREATE FUNCTION wait_for_test() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(TG_ARGV[0]::int);
  RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER before_mark BEFORE UPDATE OF sending ON deliveries_waiting FOR EACH ROW
  WHEN (NEW.sending AND NOT OLD.sending) EXECUTE FUNCTION wait_for_test(${MARK});
CREATE TRIGGER before_record BEFORE DELETE ON deliveries_waiting FOR EACH ROW EXECUTE FUNCTION wait_for_test(${RECORD});
`;

/** OAuth token endpoint that can hold its answers. Its tokens expire at once, so every call requests a token. */
class TokenEndpoint {
  readonly held: ServerResponse[] = [];
  holding = false;

  private constructor(private readonly server: Server) {
    server.on('request', (_request, response: ServerResponse) => {
      if (this.holding) this.held.push(response);
      else response.end(JSON.stringify({ access_token: 'invented-token', expires_in: 0 }));
    });
  }

  static async start(): Promise<TokenEndpoint> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new TokenEndpoint(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/token`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

describe('a process that is killed during a batch', () => {
  let receiver: Receiver;
  let tokens: TokenEndpoint;
  /** Hub that accepts events and delivers nothing. */
  let hub: TestHub;
  let database: pg.Client;
  let env: Record<string, string>;
  /** Process that delivers. A test kills it and starts another process, which also serves the next test. */
  let worker: HubProcess;
  let ingested = 0;

  beforeAll(async () => {
    receiver = await startReceiver();
    tokens = await TokenEndpoint.start();
    env = { ACME_TOKEN, HOOK_URL: receiver.url, TOKEN_URL: tokens.url, CLIENT_SECRET: 'invented-client-secret' };
    hub = await startTestHub({ brands: { acme: brand }, env, environment: { PATCHBAY_ROLE: 'api' } });
    database = new pg.Client({ connectionString: hub.databaseUrl });
    await database.connect();
    await database.query(TRIGGERS);
    worker = await startHubProcess(hub, env);
  }, 3 * SERVICE_TIMEOUT_MS);
  afterAll(async () => {
    await worker.kill();
    await database.end();
    await hub.close();
    await tokens.close();
    await receiver.close();
  }, SERVICE_TIMEOUT_MS);

  /** Posts one call with as many events as a batch has messages. Returns the ids of the events. */
  async function ingest(): Promise<readonly string[]> {
    const events = Array.from({ length: SIZE }, () => pointsIssued(`e-${(ingested += 1)}`));
    const { status, events: accepted } = await hub.ingest('acme/capillary', events, ACME_AUTH);
    expect(status).toBe(202);
    return accepted.map(({ id }) => id);
  }
  const lock = (key: number): Promise<unknown> => database.query('SELECT pg_advisory_lock($1)', [key]);
  const unlock = (key: number): Promise<unknown> => database.query('SELECT pg_advisory_unlock($1)', [key]);
  const query = async <T extends pg.QueryResultRow>(text: string): Promise<readonly T[]> =>
    (await database.query<T>(text)).rows;
  const WAITING = `FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory'`;
  const statementsWait = (count: number): Promise<unknown> =>
    until(async () => (await query(`SELECT ${WAITING}`)).length >= count, {
      what: 'the statements of the process to wait',
      timeoutMs: 60_000,
    });
  const marked = async (): Promise<number> => (await query('SELECT FROM deliveries_waiting WHERE sending')).length;

  /** Kills the process, and ends its statements, which PostgreSQL would otherwise complete. */
  async function kill(): Promise<void> {
    await worker.kill();
    await query(`SELECT pg_terminate_backend(pid) ${WAITING}`);
    await until(async () => (await query(`SELECT ${WAITING}`)).length === 0, { what: 'the statements to end' });
  }

  /** Lets the leases of the killed process expire, and starts another process. */
  async function startNext(): Promise<void> {
    await query('UPDATE deliveries_waiting SET lease_until = now() WHERE lease_token IS NOT NULL');
    await query('UPDATE claims SET check_at = now()');
    worker = await startHubProcess(hub, env);
  }

  /** Waits until the deliveries of these events to a destination have ended. Returns their details. */
  async function ended(name: string, eventIds: readonly string[]): Promise<readonly unknown[]> {
    const deliveries = await until(
      async () => {
        const { body } = await hub.admin('GET', `/v1/brands/acme/deliveries?limit=200&destination=${name}`);
        const found = (at(body, 'data') as readonly unknown[]).filter((one) =>
          eventIds.includes(String(at(one, 'eventId'))),
        );
        const isOver = found.length === SIZE && found.every((one) => at(one, 'status') !== 'scheduled');
        return isOver ? found : undefined;
      },
      { what: `the deliveries to ${name} to end`, timeoutMs: 60_000 },
    );
    return Promise.all(
      deliveries.map(
        async (one) => (await hub.admin('GET', `/v1/brands/acme/deliveries/${String(at(one, 'id'))}`)).body,
      ),
    );
  }

  /** Returns the status of each delivery, and the outcomes and batches of its attempts. */
  const summaryOf = (details: readonly unknown[]): readonly unknown[] =>
    details.map((detail) => {
      const attempts = at(detail, 'attempts') as readonly unknown[];
      return {
        status: at(detail, 'status'),
        outcomes: attempts.map((attempt) => at(attempt, 'outcome')),
        batches: attempts.map((attempt) => at(attempt, 'batch.id')),
      };
    });
  const requestsTo = (name: string, eventIds: readonly string[]): readonly Received[] =>
    receiver.received.filter(({ path, body }) => path.endsWith(`/${name}`) && body.includes(eventIds[0] ?? ''));
  const eventsIn = ({ body }: Received): readonly unknown[] =>
    (JSON.parse(body) as readonly unknown[]).map((message) => at(message, 'id'));
  const all = (summary: object): readonly object[] => Array<object>(SIZE).fill(summary);

  it(
    'before the mark leaves its messages for the next process, as if nothing had happened',
    async () => {
      await lock(MARK);
      const ids = await ingest();
      await statementsWait(2);
      await kill();
      await unlock(MARK);
      expect(await marked()).toBe(0);
      expect(requestsTo('repeats', ids)).toEqual([]);

      await startNext();
      for (const name of ['repeats', 'holds']) {
        const details = await ended(name, ids);
        const [request, ...more] = requestsTo(name, ids);
        expect([request === undefined ? [] : [...eventsIn(request)].sort(), more]).toEqual([[...ids].sort(), []]);
        const batches = [request?.headers['webhook-id']];
        expect(summaryOf(details)).toEqual(all({ status: 'succeeded', outcomes: ['accepted'], batches }));
      }
    },
    4 * SERVICE_TIMEOUT_MS,
  );

  it(
    'after the mark, before the request, leaves the same batch to the next process, or its messages unconfirmed',
    async () => {
      tokens.holding = true;
      const ids = await ingest();
      await until(() => tokens.held.length === 2, { what: 'the token requests', timeoutMs: 60_000 });
      await kill();
      tokens.holding = false;
      tokens.held.splice(0);
      expect(await marked()).toBe(2 * SIZE);
      const frozen = await query<{ id: string }>('SELECT id FROM batches');
      expect(frozen).toHaveLength(1);

      await startNext();
      const repeated = await ended('repeats', ids);
      const requests = requestsTo('repeats', ids);
      expect(requests.map(({ headers }) => headers['webhook-id'])).toEqual([frozen[0]?.id]);
      const batches = [frozen[0]?.id, frozen[0]?.id];
      expect(summaryOf(repeated)).toEqual(all({ status: 'succeeded', outcomes: ['unconfirmed', 'accepted'], batches }));
      expect(summaryOf(await ended('holds', ids))).toMatchObject(
        all({ status: 'unconfirmed', outcomes: ['unconfirmed'] }),
      );
      expect(requestsTo('holds', ids)).toEqual([]);
    },
    4 * SERVICE_TIMEOUT_MS,
  );

  it(
    'after the answer, before the record, sends the same batch once more, or leaves its messages unconfirmed',
    async () => {
      await lock(RECORD);
      const ids = await ingest();
      await until(() => requestsTo('repeats', ids).length + requestsTo('holds', ids).length === 2, {
        what: 'the requests',
        timeoutMs: 60_000,
      });
      await statementsWait(1);
      await kill();
      await unlock(RECORD);
      expect(await marked()).toBe(2 * SIZE);

      await startNext();
      const repeated = await ended('repeats', ids);
      const [first, second, ...more] = requestsTo('repeats', ids);
      expect(more).toEqual([]);
      expect([second?.headers['webhook-id'], second?.body]).toEqual([first?.headers['webhook-id'], first?.body]);
      const batches = [first?.headers['webhook-id'], first?.headers['webhook-id']];
      expect(summaryOf(repeated)).toEqual(all({ status: 'succeeded', outcomes: ['unconfirmed', 'accepted'], batches }));
      expect(summaryOf(await ended('holds', ids))).toMatchObject(
        all({ status: 'unconfirmed', outcomes: ['unconfirmed'] }),
      );
      expect(requestsTo('holds', ids)).toHaveLength(1);
    },
    4 * SERVICE_TIMEOUT_MS,
  );
});
