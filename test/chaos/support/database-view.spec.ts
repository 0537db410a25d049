import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS, sharedPostgres } from '@patchbay/testing/services';
import pg from 'pg';
import { DatabaseView } from './database-view.js';

/** The columns that the statement uses. At the commit, PostgreSQL closes the connection before it answers. */
const TABLES = `
CREATE TABLE replays (lease_until timestamptz);
CREATE TABLE deliveries_waiting (id uuid, lease_token uuid, lease_until timestamptz);
CREATE FUNCTION end_session() RETURNS trigger LANGUAGE plpgsql AS
  $$BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END$$;
CREATE CONSTRAINT TRIGGER at_commit AFTER UPDATE ON deliveries_waiting
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION end_session()`;

describe('the view of the database', () => {
  const schema = `chaos_${randomUUID().replaceAll('-', '')}`;
  let admin: pg.Client;
  let view: DatabaseView;
  beforeAll(async () => {
    const { url } = await sharedPostgres();
    const ownUrl = new URL(url);
    ownUrl.searchParams.set('options', `-c search_path=${schema}`);
    admin = new pg.Client({ connectionString: ownUrl.href });
    await admin.connect();
    await admin.query(`CREATE SCHEMA ${schema}`);
    await admin.query(TABLES);
    view = new DatabaseView(ownUrl.href);
  }, SERVICE_TIMEOUT_MS);
  afterAll(async () => {
    await view.close();
    await admin.query(`DROP SCHEMA ${schema} CASCADE`);
    await admin.end();
  });

  it('counts the leases that it ends, also if the answer to the commit is lost', async () => {
    const id = randomUUID();
    await admin.query('INSERT INTO deliveries_waiting VALUES ($1, $2, now())', [id, randomUUID()]);
    const counted: string[] = [];
    await expect(view.endLeases((ids) => counted.push(...ids))).rejects.toThrow(/terminat/);
    expect(counted).toEqual([id]);
  });
});
