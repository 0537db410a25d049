import { describe, expect, it } from '@jest/globals';
import { latenciesOf } from './latencies.mjs';

describe('latenciesOf', () => {
  it('joins the acknowledgement and the delivery of each event, in milliseconds', () => {
    const acknowledgements = { stamps: [1_000, 2_000, 3_000], times: [3_000, 3_000, 9_000] };
    const arrivals = { stamps: [3_000, 1_000, 2_000], times: [10_000, 7_000, 2_500] };
    expect(latenciesOf(acknowledgements, arrivals)).toEqual({
      acknowledged: { p50: 2, p99: 6 },
      delivered: { p50: 6, p99: 7 },
      afterAcknowledged: { p50: 1, p99: 4 },
    });
  });

  it('counts each delivery of an event to several destinations', () => {
    const { delivered } = latenciesOf(
      { stamps: [1_000], times: [2_000] },
      { stamps: [1_000, 1_000], times: [5_000, 9_000] },
    );
    expect(delivered).toEqual({ p50: 4, p99: 8 });
  });

  it('ignores deliveries of events that were acknowledged outside of the measurement', () => {
    const { delivered, afterAcknowledged } = latenciesOf(
      { stamps: [1_000], times: [2_000] },
      { stamps: [900], times: [950] },
    );
    expect([delivered.p50, afterAcknowledged.p99]).toEqual([Number.NaN, Number.NaN]);
  });
});
