import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLoad } from '../load/load.mjs';
import { endAllChildren } from './children.mjs';
import { startPostgres } from './postgres.mjs';
import { startRedis } from './redis.mjs';

/** Servers and load generator of a benchmark run. */
export class Machine {
  #databases = 0;

  static async start() {
    const folder = mkdtempSync(join(tmpdir(), 'patchbay-bench-'));
    // PostgreSQL may run as another user, and that user needs access to the folder.
    chmodSync(folder, 0o711);
    const machine = new Machine(folder);
    try {
      machine.postgres = await startPostgres(folder);
      machine.redis = await startRedis(folder);
      machine.load = await startLoad(folder);
      return machine;
    } catch (error) {
      await machine.stop();
      throw error;
    }
  }

  constructor(folder) {
    this.folder = folder;
  }

  /** Starts a system on an empty database and an empty queue, runs `work`, and removes the system. */
  async with(system, { scenario, ...options }, work) {
    this.#databases += 1;
    const database = `bench_${this.#databases}`;
    const folder = join(this.folder, database);
    mkdirSync(folder);
    const databaseUrl = await this.postgres.createDatabase(database);
    await this.redis.empty();
    const started = await system.start({
      databaseUrl,
      redisUrl: this.redis.url,
      sinkUrl: this.load.sink.url,
      scenario,
      folder,
      ...options,
    });
    try {
      return await work({ ...started, databaseUrl });
    } finally {
      await started.stop();
      await this.postgres.dropDatabase(database);
      rmSync(folder, { recursive: true });
    }
  }

  async stop() {
    await endAllChildren();
    await this.postgres?.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
