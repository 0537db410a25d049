import { multiplyEvents } from '@patchbay/testing/services';
import pg from 'pg';
import { Measurement } from '../measure.mjs';
import { figure, table } from '../report/table.mjs';
import { median } from '../report/statistics.mjs';
import { nodeCpu } from '../report/summary.mjs';
import { SYSTEMS } from '../systems/systems.mjs';
import { LEAST, POINTS, STORED_EVENTS } from './points.mjs';

/** Copied to make the others: the hub itself takes so many in. */
const ORIGINALS_PER_SECOND = 500;
const ORIGINALS_SECONDS = 4;

/** How the rate of the hub depends on what there is: round after round every point, and each as a part of the least. */
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
  const [least] = POINTS;
  console.log(
    `\n${scaleTable(
      least.label,
      POINTS.map(({ label }) => label),
      figures,
    )}`,
  );
  await storedRun(machine, { rounds, seconds, logLevel }, note);
  const stored = ['hardly any stored event', `${figure(STORED_EVENTS)} stored events`];
  console.log(`\n${scaleTable(stored[0], stored, figures)}`);
}

/** On one database, before and after it is filled: what was there before is the same that it is compared with. */
async function storedRun(machine, { rounds, seconds, logLevel }, note) {
  const setting = { scenario: LEAST, logLevel };
  await machine.with(SYSTEMS.hub, setting, async (started) => {
    const measure = () => new Measurement(machine, { scenario: LEAST, started, seconds }).atFullRate();
    for (let round = 0; round < rounds; round++) note('hardly any stored event', await measure());
    await new Measurement(machine, { scenario: LEAST, started, seconds: ORIGINALS_SECONDS }).atRate(
      ORIGINALS_PER_SECOND,
    );
    const bytes = await fill(started.databaseUrl);
    console.log(`An event with its delivery and attempt takes ${figure(bytes)} bytes on disk, indexes and all.`);
    for (let round = 0; round < rounds; round++) note(`${figure(STORED_EVENTS)} stored events`, await measure());
  });
}

/** @returns bytes an event on disk, with all that belongs to it */
async function fill(databaseUrl) {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query('SELECT count(*)::int AS stored FROM events');
    await multiplyEvents(client, Math.ceil(STORED_EVENTS / rows[0].stored));
    // Once and now, instead of by the autovacuum at some moment of the measurement.
    await client.query('VACUUM ANALYZE');
    await client.query('CHECKPOINT');
    const sizes = await client.query(
      'SELECT pg_database_size(current_database()) / count(*)::float8 AS bytes FROM events',
    );
    return sizes.rows[0].bytes;
  } finally {
    await client.end();
  }
}

function scaleTable(least, labels, figures) {
  const of = (label, read) => median(figures.get(label).map(read));
  const rate = (label) => of(label, ({ eventsPerSecond }) => eventsPerSecond);
  return table([
    ['', 'events/s', 'of the first', 'node µs', 'api+worker', 'pg µs', 'redis µs'],
    ...labels.map((label) => [
      label,
      figure(rate(label)),
      figure(rate(label) / rate(least)),
      figure(of(label, nodeCpu)),
      `${figure(of(label, ({ cpu }) => cpu.api))}+${figure(of(label, ({ cpu }) => cpu.worker))}`,
      figure(of(label, ({ cpu }) => cpu.postgres)),
      figure(of(label, ({ cpu }) => cpu.redis)),
    ]),
  ]);
}
