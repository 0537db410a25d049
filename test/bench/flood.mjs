import { Measurement } from './measure.mjs';
import { median } from './report/statistics.mjs';
import { figure, percent, table } from './report/table.mjs';
import { SYSTEMS } from './systems/systems.mjs';
import { SCENARIOS } from './workload/scenarios.mjs';

/** Calls per second that the sources send beyond the highest rate of the hub. */
const BEYOND_CAPACITY = 500;
const FLOOD_CONNECTIONS = 1_024;

/**
 * Measures the latencies of 49 sources that send half of the highest rate. First, another source floods the hub. Then
 * that source sends only as many events as the hub accepted from it, so that the accepted rate is the same.
 * @returns ratios of the p99 of the 49 sources, with the flood and without
 */
export async function floodRun(machine, { rounds, seconds, logLevel }) {
  const setting = { scenario: SCENARIOS['1to1x50'], logLevel };
  const generator = await machine.load.startGenerator('of the flood');
  const results = [];
  const rows = [];
  await machine.with(SYSTEMS.hub, setting, async (started) => {
    const measurement = new Measurement(machine, { ...setting, started, seconds });
    const [flooding, ...others] = measurement.paths;
    for (let round = 1; round <= rounds; round++) {
      const { eventsPerSecond } = await measurement.atFullRate();
      const half = eventsPerSecond / 2;
      const beside = (perSecond) =>
        measurement.atRate(half, {
          paths: others,
          flood: { generator, perSecond, paths: [flooding], connections: FLOOD_CONNECTIONS },
        });
      const flooded = await beside(half + BEYOND_CAPACITY);
      const calm = await beside(flooded.flood.acceptedPerSecond);
      results.push({ flooded, calm });
      rows.push(row(`round ${round}, flood`, half + BEYOND_CAPACITY, flooded));
      rows.push(row(`round ${round}, without`, flooded.flood.acceptedPerSecond, calm));
    }
    console.log(`\n${table([head(started), ...rows])}`);
  });
  await generator.end();
  const ratio = (kind) => median(results.map(({ flooded, calm }) => flooded[kind].p99 / calm[kind].p99));
  return { floodAcknowledged: ratio('acknowledged'), floodDelivered: ratio('delivered') };
}

function head({ processes }) {
  return [
    'flood of one source',
    'its events/s: sent',
    'accepted',
    'refused',
    'others: events/s',
    'due to 202, p50 / p99 ms',
    'due to delivered',
    ...processes.map(({ name }) => `CPU ${name}`),
    'pg',
    'redis',
    'generators',
    'sink',
  ];
}

function row(label, sent, { offeredPerSecond, acknowledged, delivered, cpuShare, flood }) {
  const { processes, postgres, redis, generator, sink } = cpuShare;
  const shares = [...Object.values(processes), postgres, redis, generator, sink];
  return [
    label,
    figure(sent),
    figure(flood.acceptedPerSecond),
    figure(flood.refusedPerSecond),
    figure(offeredPerSecond),
    `${figure(acknowledged.p50)} / ${figure(acknowledged.p99)}`,
    `${figure(delivered.p50)} / ${figure(delivered.p99)}`,
    ...shares.map(percent),
  ];
}
