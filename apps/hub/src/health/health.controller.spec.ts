import { describe, expect, it } from '@jest/globals';
import type { BullWakeUps } from '@patchbay/queue';
import type { ConfigurationHealth } from '../configuration/configuration-health.js';
import type { HubDatabase } from '../database/hub-database.js';
import type { Backlog } from './backlog.js';
import type { EventLoopWatch } from './event-loop-watch.js';
import { HealthController } from './health.controller.js';

describe('HealthController', () => {
  it('reads the database once for all calls at the same time, because strangers may call it', async () => {
    const read: string[] = [];
    let isUp = true;
    const reading = async <T>(name: string, result: T): Promise<T> => {
      read.push(name);
      await new Promise((resolve) => setImmediate(resolve));
      if (!isUp) throw new Error('away');
      return result;
    };
    const database: Partial<HubDatabase> = {
      missingMigrations: () => reading('migrations', []),
      incompatibility: () => reading('compatibility', null),
      connectionUsage: () => reading('connections', { used: 1, available: 2 }),
      budget: { direct: 3 } as HubDatabase['budget'],
      replica: null,
    };
    const controller = new HealthController(
      {} as EventLoopWatch,
      { queueUp: true } as BullWakeUps,
      { offsetMs: () => 0, retentionBlockedBy: () => null },
      { problem: () => reading('configuration', null) } as unknown as ConfigurationHealth,
      { read: () => Promise.resolve({ due: 0, oldestDueSeconds: null }) } as unknown as Backlog,
      database as HubDatabase,
    );
    const answers = await Promise.all(Array.from({ length: 20 }, () => controller.ready()));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set(['ok']));
    expect(read.toSorted()).toEqual(['compatibility', 'configuration', 'connections', 'migrations']);
    // A later call does not get the earlier result.
    isUp = false;
    await expect(controller.ready()).rejects.toMatchObject({ status: 503 });
    isUp = true;
    expect(await controller.ready()).toMatchObject({ status: 'ok', databaseConnections: { process: 3, used: 1 } });
  });
});
