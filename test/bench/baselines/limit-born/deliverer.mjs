import { randomUUID } from 'node:crypto';
import { CONCURRENCY } from '../../workload/brand-files.mjs';
import { outcomesOf } from '../limit/outcomes.mjs';
import { send } from '../limit/send.mjs';
import { CLAIM_DUE } from './database.mjs';

const CLAIMED_AT_ONCE = 100;
const LOOK_EVERY_MS = 500;

/** Delivers leased deliveries, and limits the calls in flight per destination. */
export class Deliverer {
  #pool;
  #outcomes;
  #inFlight = new Map();

  constructor(pool) {
    this.#pool = pool;
    this.#outcomes = outcomesOf(pool);
  }

  /** Reserves a slot of the destination. Returns false if all slots are in use. */
  reserve(destination) {
    const count = this.#inFlight.get(destination) ?? 0;
    if (count >= CONCURRENCY) return false;
    this.#inFlight.set(destination, count + 1);
    return true;
  }

  release(destination) {
    this.#inFlight.set(destination, this.#inFlight.get(destination) - 1);
  }

  /** Sends the message of a delivery with a reserved slot, releases the slot and records the outcome. */
  async deliver({ destination, payload, ...delivery }) {
    const begun = performance.now();
    const status = await send(destination, payload);
    const durationMs = performance.now() - begun;
    this.release(destination);
    await this.#outcomes.add({ ...delivery, status, durationMs });
  }

  /** Delivers what no process has in memory: deliveries stored without a slot, retries, and leases that expired. */
  async deliverBacklog() {
    for (;;) {
      const values = [randomUUID(), CLAIMED_AT_ONCE];
      const { rows } = await this.#pool.query({ name: 'claim-due', text: CLAIM_DUE, values });
      await Promise.all(rows.map((row) => this.#deliverClaimed(row)));
      if (rows.length < CLAIMED_AT_ONCE) await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }

  /** Ignores the limit of the destination, because each process claims at most two hundred deliveries at a time. */
  async #deliverClaimed({ id, lease_token: token, attempts: number, destination, payload }) {
    this.#inFlight.set(destination, (this.#inFlight.get(destination) ?? 0) + 1);
    await this.deliver({ id, token, number, destination, payload });
  }
}
