const READY_EVERY_MS = 100;

/**
 * Waits until a process answers a GET with 2xx. Throws if the process ends before.
 * @param accepts resolves with true if the answer means that the process is ready
 */
export async function untilReady(child, url, accepts = () => true) {
  for (;;) {
    if (child.hasEnded) throw child.failure('ended before it was ready');
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok && (await accepts(answer))) return;
    await new Promise((resolve) => setTimeout(resolve, READY_EVERY_MS));
  }
}
