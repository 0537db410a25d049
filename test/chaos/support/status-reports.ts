const REPORTS_AFTER_MS = 300;
const AGAIN_AFTER_MS = 200;
const ANSWERS_WITHIN_MS = 5_000;

/**
 * Sends the status callbacks of the test receiver to the hub. Reports messages as undelivered, and repeats each report until the hub
 * accepts the report.
 */
export class StatusReports {
  /** Time of the first report about each event, by event name, in milliseconds of the receiver's monotonic clock. */
  readonly startedAt = new Map<string, number>();
  private closed = false;

  /** Reports the message of an event as undelivered after 300 ms. */
  undelivered(ref: string, url: string): void {
    if (!this.closed) setTimeout(() => void this.report(ref, url), REPORTS_AFTER_MS).unref();
  }

  close(): void {
    this.closed = true;
  }

  private async report(ref: string, url: string): Promise<void> {
    if (this.closed) return;
    if (!this.startedAt.has(ref)) this.startedAt.set(ref, performance.now());
    const accepted = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ state: 'UNDELIVERED' }),
      signal: AbortSignal.timeout(ANSWERS_WITHIN_MS),
    }).then(
      async (response) => {
        await response.text();
        return response.ok;
      },
      () => false,
    );
    if (!accepted) setTimeout(() => void this.report(ref, url), AGAIN_AFTER_MS).unref();
  }
}
