import { Queue } from 'bullmq';
import { settings } from '../support.mjs';

export const WAKE_UPS = 'limit-wake-ups';
const COALESCE_MS = 5;
const KEPT_EVENTS = 100;

/**
 * Queue of wake-ups. A destination has at most one job, even after several wake-ups. At most one Redis call is in
 * flight.
 */
export class WakeUps {
  #queue = new Queue(WAKE_UPS, {
    connection: { url: settings.redisUrl, maxRetriesPerRequest: null },
    streams: { events: { maxLen: KEPT_EVENTS } },
  });
  #pending = new Set();
  #planned = false;
  #adding = false;

  ready() {
    return this.#queue.waitUntilReady();
  }

  wake(destination) {
    this.#pending.add(destination);
    this.#soon();
  }

  #soon() {
    if (this.#adding || this.#planned) return;
    this.#planned = true;
    setTimeout(() => void this.#flush(), COALESCE_MS);
  }

  async #flush() {
    this.#planned = false;
    const destinations = [...this.#pending];
    this.#pending.clear();
    this.#adding = true;
    await this.#queue
      .addBulk(
        destinations.map((id) => ({
          name: 'wake',
          data: { destination: id },
          opts: { removeOnComplete: true, removeOnFail: true, deduplication: { id, keepLastIfActive: true } },
        })),
      )
      .catch((error) => console.error(error));
    this.#adding = false;
    if (this.#pending.size > 0) this.#soon();
  }
}
