import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ownPostgres, ownStandby, until, type OwnPostgres } from '@patchbay/testing/services';
import pg from 'pg';
import { sleep } from '../chaos/support/sleep.js';
import { Balancer } from '../rolling-upgrade/balancer.js';

const STANDBY_NAMES = ['s1', 's2'] as const;
export type StandbyName = (typeof STANDBY_NAMES)[number];

const SYNCHRONOUS = `ANY 1 (${STANDBY_NAMES.join(', ')})`;
const STREAMS_WITHIN_MS = 60_000;
const CANCEL_EVERY_MS = 20;

/** Standby of a cluster. Its name is its `application_name` at the primary. */
interface Standby {
  readonly name: StandbyName;
  readonly server: OwnPostgres;
}

/**
 * Primary with two standbys. A commit waits until one of the standbys has it. The address of the cluster leads to the
 * primary, as a virtual IP address or a service of an operator does.
 */
export class Cluster {
  private constructor(
    private readonly address: Balancer,
    private primary: OwnPostgres,
    private standbys: readonly Standby[],
  ) {}

  /** Starts a primary, and takes both standbys from it. */
  static async start(): Promise<Cluster> {
    const primary = await ownPostgres();
    const address = await Balancer.start();
    address.add(portOf(primary));
    await setSystem(primary.url, { synchronous_standby_names: SYNCHRONOUS });
    const cluster = new Cluster(address, primary, []);
    await cluster.rebuild();
    return cluster;
  }

  /** Address of the primary. A failover does not change the address. */
  get url(): string {
    const url = new URL(this.primary.url);
    url.port = new URL(this.address.url).port;
    return url.href;
  }

  /** Makes commits return before a standby has them, until the next failover. */
  async makeAsynchronous(): Promise<void> {
    await setSystem(this.primary.url, { synchronous_standby_names: '' });
  }

  /** Stops the replication to a standby. */
  async cut(name: StandbyName): Promise<void> {
    const { server } = this.standby(name);
    await setSystem(server.url, { primary_conninfo: '' });
    await until(() => hasStopped(server), { what: `${name} to stop its replication` });
  }

  /** Cancels the wait of every commit that waits for a standby, again and again. Returns the number of cancelled waits. */
  async cancelWaits(durationMs: number): Promise<number> {
    const end = performance.now() + durationMs;
    let cancelled = 0;
    await withClient(this.primary.url, async (client) => {
      while (performance.now() < end) {
        const { rows } = await client.query<{ n: number }>(
          "SELECT count(pg_cancel_backend(pid))::int AS n FROM pg_stat_activity WHERE wait_event = 'SyncRep'",
        );
        cancelled += rows[0]?.n ?? 0;
        await sleep(CANCEL_EVERY_MS);
      }
    });
    return cancelled;
  }

  /** Kills the primary. Resolves when no standby receives anything any more. */
  async killPrimary(): Promise<void> {
    this.address.remove(portOf(this.primary));
    await this.primary.kill();
    for (const { name, server } of this.standbys) {
      await until(() => hasStopped(server), { what: `${name} to notice the end of the primary` });
    }
    await removeData(this.primary);
  }

  /** Returns the number of bytes that each standby has received, the most first. */
  async received(): Promise<readonly { readonly name: StandbyName; readonly bytes: number }[]> {
    const all = await Promise.all(
      this.standbys.map(async ({ name, server }) => {
        const [row] = await ask<{ bytes: number }>(
          server.url,
          `SELECT pg_wal_lsn_diff(greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()), '0/0')::float8 AS bytes`,
        );
        return { name, bytes: row?.bytes ?? 0 };
      }),
    );
    return all.sort((a, b) => b.bytes - a.bytes);
  }

  /**
   * Makes a standby the primary, and lets the address lead to it.
   * @param followed true to make the other standby follow it. False to remove the other standby, because it has received
   *   more than the new primary
   */
  async promote(name: StandbyName, followed: boolean): Promise<void> {
    const { server: promoted } = this.standby(name);
    const others = this.standbys.filter((one) => one.name !== name);
    await ask(promoted.url, 'SELECT pg_promote(true, 60)');
    this.primary = promoted;
    this.standbys = followed ? others : [];
    this.address.add(portOf(promoted));
    for (const { name: other, server } of others) {
      if (followed) await follow(server, promoted, other);
      else {
        await server.kill();
        await removeData(server);
      }
    }
  }

  /** Adds the standbys that are missing. Resolves when both standbys receive everything. */
  async rebuild(): Promise<void> {
    for (const name of STANDBY_NAMES) {
      if (this.standbys.some((one) => one.name === name)) continue;
      const server = await ownStandby(this.primary, { name });
      await setSystem(server.url, { synchronous_standby_names: SYNCHRONOUS, wal_retrieve_retry_interval: '200ms' });
      this.standbys = [...this.standbys, { name, server }];
    }
    const streaming = async (): Promise<boolean> => {
      const rows = await ask(
        this.primary.url,
        "SELECT FROM pg_stat_replication WHERE state = 'streaming' AND sync_state = 'quorum'",
      );
      return rows.length === STANDBY_NAMES.length;
    };
    await until(streaming, { what: 'both standbys to receive everything', timeoutMs: STREAMS_WITHIN_MS });
  }

  async close(): Promise<void> {
    await this.address.close();
    for (const server of [this.primary, ...this.standbys.map((standby) => standby.server)]) {
      await server.kill();
      await removeData(server);
    }
  }

  private standby(name: StandbyName): Standby {
    const found = this.standbys.find((one) => one.name === name);
    if (found === undefined) throw new Error(`The cluster has no standby ${name}. Call rebuild() first.`);
    return found;
  }
}

/** Makes a standby follow another primary. A slot keeps the WAL that the standby does not have yet. */
async function follow(server: OwnPostgres, primary: OwnPostgres, name: StandbyName): Promise<void> {
  const { hostname, port, username, password } = new URL(primary.url);
  await ask(primary.url, `SELECT pg_create_physical_replication_slot('${name}', true)`);
  await setSystem(server.url, {
    primary_conninfo: `host=${hostname} port=${port} user=${username} password=${password} application_name=${name}`,
    primary_slot_name: name,
  });
}

async function hasStopped(server: OwnPostgres): Promise<boolean> {
  return (await ask(server.url, 'SELECT FROM pg_stat_wal_receiver')).length === 0;
}

/** Changes settings of a running server. */
async function setSystem(url: string, settings: Readonly<Record<string, string>>): Promise<void> {
  await withClient(url, async (client) => {
    for (const [name, value] of Object.entries(settings)) {
      await client.query(`ALTER SYSTEM SET ${name} = ${client.escapeLiteral(value)}`);
    }
    await client.query('SELECT pg_reload_conf()');
  });
}

async function ask<Row extends pg.QueryResultRow>(url: string, text: string): Promise<readonly Row[]> {
  return withClient(url, async (client) => (await client.query<Row>(text)).rows);
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'failover',
    connectionTimeoutMillis: 10_000,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function portOf(server: OwnPostgres): number {
  return Number(new URL(server.url).port);
}

async function removeData({ cluster }: OwnPostgres): Promise<void> {
  await rm(dirname(cluster), { recursive: true, force: true });
}
