import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import { migrate } from '../connections/migrate.js';
import { openTestDatabase, testServers } from '../testing/open-test-database.js';
import { insertDestination } from '../testing/sample-destination.js';
import { DestinationStates1796820000000 } from './1796820000000-destination-states.js';
import { DropFormerPauses1797000000410 } from './contracting/1797000000410-drop-former-pauses.js';

const { name: NAME } = new DestinationStates1796820000000();
/** Migration that drops the columns and triggers of this test. */
const { name: CONTRACTED } = new DropFormerPauses1797000000410();

/** Pause of a destination, as both tables store it. */
interface Pause {
  readonly paused: boolean;
  readonly paused_by: string | null;
  readonly paused_by_name: string | null;
  readonly paused_reason: string | null;
  readonly paused_at: Date | null;
  readonly paused_until: Date | null;
}

interface State extends Pause {
  readonly open_until: Date | null;
  readonly open_count: number;
  readonly limit_share: number;
  readonly pause_seq: string;
  readonly seq: string;
}

const PAUSE = 'paused, paused_by, paused_by_name, paused_reason, paused_at, paused_until';
const NOT_PAUSED = {
  ...{ paused: false, paused_by: null, paused_by_name: null },
  ...{ paused_reason: null, paused_at: null, paused_until: null },
};

/** Statement by which earlier versions pause a destination. $1 destination */
const PAUSE_BEFORE = `
UPDATE destinations SET paused = true, paused_by = 'person', paused_by_name = 'ops', paused_reason = 'Holidays.',
  paused_at = now(), paused_until = now() + interval '1 hour', version = version + 1 WHERE id = $1`;
const RESUME_BEFORE = `
UPDATE destinations SET paused = false, paused_by = NULL, paused_by_name = NULL, paused_reason = NULL,
  paused_at = NULL, paused_until = NULL, version = version + 1 WHERE id = $1`;

describe.each(await testServers())('the migration to states of destinations on the %s PostgreSQL', (_name, server) => {
  let database: Awaited<ReturnType<typeof openTestDatabase>>;

  beforeEach(async () => {
    database = await openTestDatabase(server);
    await undoTo(CONTRACTED);
  }, SERVICE_TIMEOUT_MS);
  afterEach(() => database.close());

  const sql = <Row>(text: string, values: unknown[] = []): Promise<Row[]> => database.dataSource.query(text, values);
  /** Reverts the newest migrations, up to and including the named migration. */
  async function undoTo(name: string): Promise<void> {
    const names = async (): Promise<string[]> =>
      (await sql<{ name: string }>('SELECT name FROM migrations')).map((row) => row.name);
    while ((await names()).includes(name)) await database.dataSource.undoLastMigration();
  }
  const newDestination = async (): Promise<string> => (await insertDestination(database.dataSource)).destinationId;
  async function stateOf(id: string): Promise<State | undefined> {
    const [state] = await sql<State>(
      `SELECT ${PAUSE}, open_until, open_count, limit_share, pause_seq, seq FROM destination_states
      WHERE destination_id = $1`,
      [id],
    );
    return state;
  }
  const pauseIn = async (table: 'destinations' | 'destination_states', id: string): Promise<Pause | undefined> => {
    const key = table === 'destinations' ? 'id' : 'destination_id';
    return (await sql<Pause>(`SELECT ${PAUSE} FROM ${table} WHERE ${key} = $1`, [id]))[0];
  };

  it('copies pauses and circuit breakers, which every reader then reads as changes', async () => {
    const [healthy, paused, failing] = [await newDestination(), await newDestination(), await newDestination()];
    await undoTo(NAME);
    await sql(PAUSE_BEFORE, [paused]);
    await sql(
      `INSERT INTO circuit_breakers (destination_id, open_until, open_count, failing_since, limit_share)
      SELECT id, now() + interval '5 s', 3, now(), 0.5 FROM unnest($1::uuid[]) AS id`,
      [[paused, failing]],
    );
    await migrate(database.url);

    expect(await stateOf(healthy)).toMatchObject({ ...NOT_PAUSED, open_until: null, pause_seq: '0', seq: '0' });
    expect(await pauseIn('destination_states', paused)).toEqual(await pauseIn('destinations', paused));
    // A resumed destination starts as healthy.
    expect(await stateOf(paused)).toMatchObject({ paused_by: 'person', open_until: null, open_count: 0 });
    expect(await stateOf(failing)).toMatchObject({
      ...{ paused: false, open_until: expect.any(Date), open_count: 3, limit_share: 0.5 },
    });
    for (const id of [paused, failing]) expect(Number((await stateOf(id))?.seq)).toBeGreaterThan(1_000);
  });

  it('creates the state of a destination with the destination', async () => {
    expect(await stateOf(await newDestination())).toMatchObject({ ...NOT_PAUSED, open_count: 0, seq: '0' });
  });

  it('lets new processes see the pauses and resumptions of earlier versions', async () => {
    const id = await newDestination();
    await sql('UPDATE destination_states SET open_until = now(), open_count = 2 WHERE destination_id = $1', [id]);
    await sql(PAUSE_BEFORE, [id]);
    const paused = await stateOf(id);
    expect(await pauseIn('destination_states', id)).toEqual(await pauseIn('destinations', id));
    expect(paused).toMatchObject({ paused: true, open_until: null, open_count: 0, pause_seq: paused?.seq });

    await sql(RESUME_BEFORE, [id]);
    const resumed = await stateOf(id);
    expect(resumed).toMatchObject({ ...NOT_PAUSED, pause_seq: resumed?.seq });
    expect(Number(resumed?.seq)).toBeGreaterThan(Number(paused?.seq));

    // Another change of the destination is not a change of its state.
    await sql(`UPDATE destinations SET version = version + 1, paused = false WHERE id = $1`, [id]);
    expect(await stateOf(id)).toEqual(resumed);
  });

  it('lets earlier versions see the pauses of new processes', async () => {
    const id = await newDestination();
    await sql(
      `UPDATE destination_states SET paused = true, paused_by = 'hub', paused_reason = 'The key was refused.',
        paused_at = now() WHERE destination_id = $1`,
      [id],
    );
    expect(await pauseIn('destinations', id)).toMatchObject({ paused: true, paused_by: 'hub' });
    expect(await pauseIn('destinations', id)).toEqual(await pauseIn('destination_states', id));
  });
});
