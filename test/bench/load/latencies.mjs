import { quantile } from '../report/statistics.mjs';

/**
 * Computes the latencies of the acknowledged events in milliseconds, each as `{ p50, p99 }`. `acknowledged` and
 * `delivered` count from the time at which the event was due. `afterAcknowledged` counts from the 202 to the delivery,
 * and is negative if the delivery arrived first. Deliveries of other events are ignored.
 * @param acknowledgements stamps of events, which are the times at which the events were due, and the times of their
 *   202, in microseconds
 * @param arrivals stamps of delivered events, and the times of their deliveries, in microseconds
 */
export function latenciesOf(acknowledgements, arrivals) {
  const acknowledgedAt = new Map();
  acknowledgements.stamps.forEach((stamp, index) => acknowledgedAt.set(stamp, acknowledgements.times[index]));
  const delivered = [];
  const afterAcknowledged = [];
  arrivals.stamps.forEach((stamp, index) => {
    const from = acknowledgedAt.get(stamp);
    if (from === undefined) return;
    delivered.push(arrivals.times[index] - stamp);
    afterAcknowledged.push(arrivals.times[index] - from);
  });
  return {
    acknowledged: quantiles(acknowledgements.times.map((time, index) => time - acknowledgements.stamps[index])),
    delivered: quantiles(delivered),
    afterAcknowledged: quantiles(afterAcknowledged),
  };
}

function quantiles(microseconds) {
  return { p50: quantile(microseconds, 0.5) / 1_000, p99: quantile(microseconds, 0.99) / 1_000 };
}
