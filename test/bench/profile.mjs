import { cpSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Measurement } from './measure.mjs';
import { figure, table } from './report/table.mjs';
import { SYSTEMS } from './systems/systems.mjs';
import { SCENARIOS } from './workload/scenarios.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PARTS_SHOWN = 25;
const FUNCTIONS_SHOWN = 45;

/** Profiles one system at its highest rate, and prints the CPU time per function in microseconds per event. */
export async function profileRun(machine, { systems: [system], scenarios: [scenario], seconds, logLevel }) {
  const profiles = join(machine.folder, 'profiles');
  mkdirSync(profiles);
  const setting = {
    scenario: SCENARIOS[scenario],
    logLevel,
    nodeOptions: (name) => ['--cpu-prof', '--cpu-prof-interval=250', `--cpu-prof-dir=${join(profiles, name)}`],
  };
  const figures = await machine.with(SYSTEMS[system], setting, (started) =>
    new Measurement(machine, { ...setting, started, seconds }).atFullRate(),
  );
  const { eventsPerSecond, cpu, window } = figures;
  const kept = join(ROOT, '.patchbay', 'profiles');
  cpSync(profiles, kept, { recursive: true });
  console.log(`${system}, ${scenario}, under the profiler: ${figure(eventsPerSecond)} events/s`);
  console.log(`CPU profiles, to open in the performance tab of browser developer tools: ${kept}`);
  for (const name of readdirSync(profiles)) {
    const [file] = readdirSync(join(profiles, name));
    const profile = JSON.parse(readFileSync(join(profiles, name, file), 'utf8'));
    const ofProcess = cpu.processes[name];
    const costs = selfTimes(profile, window);
    console.log(`\n${name}: ${figure(ofProcess)} µs of CPU per event, all threads, of which`);
    console.log(`\n${costTable('part', costs, ({ part }) => part, ofProcess, PARTS_SHOWN)}`);
    const labelOf = (cost) => `${cost.name}  ${cost.place}`;
    console.log(`\n${costTable('function', costs, labelOf, ofProcess, FUNCTIONS_SHOWN)}`);
  }
}

/**
 * Returns the CPU samples per function. Reads only the samples within the window, because the cost of the start does
 * not belong to an event.
 */
function selfTimes({ nodes, samples, timeDeltas, startTime }, [from, to]) {
  const costs = new Map(nodes.map(({ id, callFrame }) => [id, { ...describe(callFrame), microseconds: 0 }]));
  let at = startTime;
  samples.forEach((id, index) => {
    at += timeDeltas[index];
    // A sample represents the time until the next sample.
    if (at >= from && at <= to) costs.get(id).microseconds += timeDeltas[index + 1] ?? 0;
  });
  return [...costs.values()].filter(({ name }) => name !== '(idle)');
}

function describe({ functionName, url, lineNumber }) {
  const path = url.startsWith('file:') ? relative(ROOT, fileURLToPath(url)) : url;
  const [, dependency] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path) ?? [];
  const [, ours] = /^((?:apps|libs)\/[^/]+|plugins)\//.exec(path) ?? [];
  return {
    name: functionName || '(anonymous)',
    part: dependency ?? ours ?? (path === '' ? functionName || '(native)' : path.startsWith('node:') ? 'node:' : path),
    place: `${path}${lineNumber >= 0 ? `:${lineNumber + 1}` : ''}`,
  };
}

/**
 * Builds the table of CPU time per function. Multiplies each function's share of the samples by the CPU time that the
 * kernel reports. The profiler itself samples elapsed time, which exceeds CPU time on a busy machine.
 */
function costTable(title, costs, key, cpuPerEvent, shown) {
  const sums = new Map();
  for (const cost of costs) sums.set(key(cost), (sums.get(key(cost)) ?? 0) + cost.microseconds);
  const all = [...sums.values()].reduce((sum, value) => sum + value, 0);
  const rows = [...sums].sort((a, b) => b[1] - a[1]).slice(0, shown);
  return table([
    [title, 'µs per event', 'share'],
    ...rows.map(([name, value]) => [name, figure((value / all) * cpuPerEvent), `${figure((value / all) * 100)} %`]),
  ]);
}
