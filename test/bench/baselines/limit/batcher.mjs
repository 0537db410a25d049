/**
 * Batcher that collects values which arrive close together and processes them as one batch. The baseline *limit* is
 * fast because of such batches.
 */
export class Batcher {
  #handle;
  #options;
  #waiting = [];
  #timer = null;
  #inFlight = 0;

  /** @param handle function that processes a batch of values; resolves with one result per value, or with undefined */
  constructor(handle, { lingerMs, maxBatch, maxInFlight }) {
    this.#handle = handle;
    this.#options = { lingerMs, maxBatch, maxInFlight };
  }

  add(value) {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ value, resolve, reject });
      if (this.#waiting.length >= this.#options.maxBatch) void this.#flush();
      else this.#linger();
    });
  }

  #linger() {
    this.#timer ??= setTimeout(() => void this.#flush(), this.#options.lingerMs);
  }

  async #flush() {
    clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#waiting.length === 0 || this.#inFlight >= this.#options.maxInFlight) return;
    const batch = this.#waiting.splice(0, this.#options.maxBatch);
    this.#inFlight += 1;
    try {
      const results = await this.#handle(batch.map(({ value }) => value));
      batch.forEach(({ resolve }, index) => resolve(results?.[index]));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
    this.#inFlight -= 1;
    if (this.#waiting.length >= this.#options.maxBatch) void this.#flush();
    else if (this.#waiting.length > 0) this.#linger();
  }
}
