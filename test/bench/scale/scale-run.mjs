import { Measurement } from '../measure.mjs';
import { figure, table } from '../report/table.mjs';
import { median } from '../report/statistics.mjs';
import { nodeCpu, perProcess } from '../report/summary.mjs';
import { SYSTEMS } from '../systems/systems.mjs';
import { POINTS, STORED } from './points.mjs';
import { storedRun } from './stored-run.mjs';

/**
 * Measures the rate of the hub in every scenario of {@link POINTS}, in interleaved rounds. Prints the ratio of each
 * scenario to the first scenario.
 */
export async function scaleRun(machine, { rounds, seconds, logLevel }) {
  const figures = new Map();
  const note = (label, measured) => {
    figures.set(label, [...(figures.get(label) ?? []), measured]);
    console.log(`${label.padEnd(52)}  ${figure(measured.eventsPerSecond).padStart(7)} events/s`);
  };
  for (let round = 0; round < rounds; round++) {
    for (const { label, ...scenario } of POINTS) {
      const setting = { scenario, logLevel };
      const measured = await machine.with(SYSTEMS.hub, setting, (started) =>
        new Measurement(machine, { scenario, started, seconds }).atFullRate(),
      );
      note(label, measured);
    }
  }
  console.log(`\n${scaleTable(POINTS, figures)}\n`);
  await storedRun(machine, { rounds, seconds, logLevel }, note);
  console.log(`\n${scaleTable(STORED, figures)}`);
}

/** Formats one row per scenario, compared with the first scenario. */
function scaleTable(points, figures) {
  const labels = points.map(({ label }) => label);
  const of = (label, read) => median(figures.get(label).map(read));
  const rate = (label) => of(label, ({ eventsPerSecond }) => eventsPerSecond);
  return table([
    ['', 'events/s', 'vs. first', 'node µs', 'per process', 'pg µs', 'redis µs'],
    ...labels.map((label) => [
      label,
      figure(rate(label)),
      figure(rate(label) / rate(labels[0])),
      figure(of(label, nodeCpu)),
      perProcess(figures.get(label)),
      figure(of(label, ({ cpu }) => cpu.postgres)),
      figure(of(label, ({ cpu }) => cpu.redis)),
    ]),
  ]);
}
