import { Batcher } from './batcher.mjs';
import { WRITE_OUTCOMES } from './database.mjs';

/** Creates the batcher that records the outcomes of deliveries. */
export function outcomesOf(pool) {
  return new Batcher(
    async (list) => {
      const column = (name) => list.map((outcome) => outcome[name]);
      const values = [column('id'), column('token'), column('number'), column('status'), column('durationMs')];
      await pool.query({ name: 'write-outcomes', text: WRITE_OUTCOMES, values });
    },
    { lingerMs: 5, maxBatch: 200, maxInFlight: 2 },
  );
}
