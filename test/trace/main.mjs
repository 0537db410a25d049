import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const HELP = `npm run trace-event -- [options]

Counts what one event passes through from the ingest call to the recorded delivery: one brand, one webhook destination,
no messaging rules, one process, the embedded database. Two passes are made.

  functions, files   functions of this project that ran for each of several events, by V8's precise coverage. Timers
                     that run for some of the events only are left out.
  frames             nested calls of this project's functions, awaited calls included: the longest chain below each
                     function that Node, a package or a timer calls for every event, summed.

Neither counts what a poller does: a function that ran only below a timer that Patchbay's code had set before the event or
below such a timer. The second pass finds these functions, also in an interval without an event after each event.

  --events <n>   events per pass (default 15)
  --list         prints the functions by file, and the chains
`;
const MOST_LINES = 60;

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '15' },
    list: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(HELP);
  process.exit(0);
}

const { functions: ran } = await pass([]);
const { chains, polled } = await pass(['--import', new URL('record-nesting.mjs', import.meta.url).href]);
const functions = ran.filter(({ id }) => !polled.includes(id));
const files = new Map(functions.map(({ file }) => [file, functions.filter((other) => other.file === file)]));
console.log(`functions ${functions.length}, files ${files.size}, frames ${chains.flat().length}`);
// The initialiser of a class's fields is not counted. V8 names it "<instance_members_initializer>" and gives it the
// length of the class.
const long = functions.filter(({ name, lines }) => lines > MOST_LINES && !name.startsWith('<'));
for (const { file, name, lines } of long) {
  console.log(`over ${MOST_LINES} lines: ${name} in ${file}, ${lines}`);
}
if (values.list) {
  for (const [file, own] of [...files].sort()) console.log(`${file}\n  ${own.map(({ name }) => name).join(', ')}`);
  for (const chain of chains) console.log(`frames ${chain.length}:\n  ${chain.join('\n  ')}`);
}

/** Runs the events in a separate process and returns the result of the process. */
function pass(nodeOptions) {
  return new Promise((resolve, reject) => {
    const script = join(import.meta.dirname, 'pass-events.mjs');
    const child = spawn(process.execPath, [...nodeOptions, script, values.events], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    let result;
    child.on('message', (message) => (result = message));
    child.once('error', reject);
    child.once('exit', (code) => {
      if (result === undefined)
        reject(new Error(`${script} exited with code ${code} before it sent a result. Its own errors are above.`));
      else resolve(result);
    });
  });
}
