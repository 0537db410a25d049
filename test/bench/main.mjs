/**
 * Entry point of `npm run bench`, which measures the hub and its baselines in one run. All servers of the run listen on
 * 127.0.0.1, and end when the run ends.
 */
import { writeFileSync } from 'node:fs';
import { benchmark } from './benchmark.mjs';
import { backfillRun } from './backfill.mjs';
import { brandsRun } from './brands.mjs';
import { floodRun } from './flood.mjs';
import { endAllChildren } from './machine/children.mjs';
import { Machine } from './machine/machine.mjs';
import { memoryRun } from './memory.mjs';
import { measureMicro } from './micro/micro.mjs';
import { readOptions } from './options.mjs';
import { redisAwayRun } from './redis-away.mjs';
import { profileRun } from './profile.mjs';
import { describeMachine, latencyTable, progressLine, rateTable } from './report/report.mjs';
import { Summary } from './report/summary.mjs';
import { evaluateTargets, targetTable } from './report/targets.mjs';
import { scaleRun } from './scale/scale-run.mjs';

let machine;

async function main(options) {
  machine = await Machine.start();
  console.log(`${describeMachine(machine)}\n`);
  if (options.profile) await profileRun(machine, options);
  else if (options.scale) await scaleRun(machine, options);
  else if (options.backfill !== null) await backfillRun(machine, options.backfill);
  else if (options.brands.length > 0) await brandsRun(machine, options);
  else await compare(options);
}

/** Compares the systems and measures the hub alone, as far as the options say, and evaluates the targets. */
async function compare(options) {
  const figures = await benchmark(machine, options, (figure) => console.log(progressLine(figure)));
  const results = {
    ...(options.redisAway ? await redisAwayRun(machine, options) : {}),
    ...(options.flood ? await floodRun(machine, options) : {}),
    ...(options.micro ? await measureMicro() : {}),
  };
  const summary = new Summary(figures);
  for (const scenario of options.systems.length > 0 ? options.scenarios : []) {
    console.log(`\n${rateTable(summary, scenario, options.systems)}`);
    console.log(`\n${latencyTable(summary, scenario, options.systems)}`);
  }
  const targets = evaluateTargets(summary, results);
  if (targets.length > 0) console.log(`\n${targetTable(targets)}`);
  if (options.json !== null) writeFileSync(options.json, JSON.stringify({ figures, results }, null, 2));
  if (options.long) await memoryRun(machine, options);
}

/** Reads the options. Prints invalid options as a message without a stack trace. */
function optionsOrEnd(args) {
  try {
    return readOptions(args);
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
}

async function end(code) {
  await endAllChildren();
  await machine?.stop();
  process.exit(code);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => void end(1));

try {
  const options = optionsOrEnd(process.argv.slice(2));
  if (options.help === null) await main(options);
  else console.log(options.help);
  await end(0);
} catch (error) {
  console.error(error);
  await end(1);
}
