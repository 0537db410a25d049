import type { DataSource } from 'typeorm';
import type { ClockSample } from './database-clock.js';
import { databaseTime } from './database-time.js';

const SAMPLES = 5;

/**
 * Reads PostgreSQL's time several times on one connection. The connection is opened before the first reading, so that
 * no reading includes the time to connect.
 */
export async function sampleClock(dataSource: DataSource): Promise<readonly ClockSample[]> {
  const runner = dataSource.createQueryRunner();
  try {
    await runner.connect();
    const samples: ClockSample[] = [];
    for (let taken = 0; taken < SAMPLES; taken += 1) {
      const sentAt = performance.now();
      const time = await databaseTime(runner);
      samples.push({ sentAt, databaseTime: time, receivedAt: performance.now() });
    }
    return samples;
  } finally {
    await runner.release();
  }
}
