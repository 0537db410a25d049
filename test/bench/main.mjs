/**
 * Entry point of `npm run bench`, which measures the hub and three baselines in one run. All servers of the run listen
 * on 127.0.0.1, and end when the run ends.
 */
import { writeFileSync } from 'node:fs';
import { benchmark } from './benchmark.mjs';
import { endAllChildren } from './machine/children.mjs';
import { Machine } from './machine/machine.mjs';
import { memoryRun } from './memory.mjs';
import { measureMicro } from './micro/micro.mjs';
import { readOptions } from './options.mjs';
import { redisAwayRun } from './redis-away.mjs';
import { profileRun } from './profile.mjs';
import { describeMachine, progressLine, scenarioTable, targetTable } from './report/report.mjs';
import { Summary } from './report/summary.mjs';
import { evaluateTargets } from './report/targets.mjs';
import { scaleRun } from './scale/scale-run.mjs';

let machine;

async function main(options) {
  machine = await Machine.start();
  console.log(`${describeMachine(machine)}\n`);
  if (options.profile) {
    await profileRun(machine, options);
    return;
  }
  if (options.redisAway) {
    await redisAwayRun(machine, options);
    return;
  }
  if (options.scale) {
    await scaleRun(machine, options);
    return;
  }
  const figures = await benchmark(machine, options, (figure) => console.log(progressLine(figure)));
  const micro = options.micro ? await measureMicro() : {};
  const summary = new Summary(figures);
  for (const scenario of options.scenarios) console.log(`\n${scenarioTable(summary, scenario, options.systems)}`);
  console.log(`\n${targetTable(evaluateTargets(summary, micro))}`);
  if (options.json !== null) writeFileSync(options.json, JSON.stringify({ figures, micro }, null, 2));
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
