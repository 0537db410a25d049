import { randomInt } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isClean, passed, runCampaign, type CampaignOptions } from './campaign.js';
import { runFilledDatabase } from './filled-database.js';
import { runIsolation } from './isolation.js';
import { campaignLines, roundLines } from './report.js';
import { SAMPLE_HEADING, sampleLine, soakLines } from './soak/soak-report.js';
import { runSoak, soakPassed, type SoakOptions } from './soak/soak.js';
import { SeededRandom } from './support/seeded-random.js';
import { BACKENDS, TestBed, type Backend, type TestBedOptions } from './support/test-bed.js';

const HELP = `npm run chaos -- [rounds | isolation | filled | soak] [options]

rounds (default): injects faults into a running hub and its services, and compares acknowledged with received events.
A process of the role all and two workers serve three brands. The wall clock of each process is right, 10 min behind,
10 min ahead or 400 days ahead. These checks evaluate the receiver's records:

  order          messages of a customer arrive in the order of their events, also within a call of 1,000 events
  batches        no call exceeds its limits or has two messages of a customer, and messages arrive in order
  rates          at most rate x 10 + burst + concurrency calls in any 10 s
  quiet hours    nothing arrives in quiet hours, and everything arrives outside quiet hours
  caps           no customer gets more messages than the cap
  digests        each event is in exactly one digest
  fallbacks      a fallback is sent only after a refusal or a report, never in addition to a delivered message
  stalls         each destination gets a message at least every 10 s while one is due, except during faults
  unconfirmed    an attempt is unconfirmed only if the receiver got it or a fault explains it
  without Redis  the hub continues to deliver while Redis is down

  --rounds <n>          number of rounds that must count, per backend (default 10)
  --seed <n>            repeat the random choices of a run (default: random, printed)
  --backend <name>      postgres, redis or both (default both)
  --first-round <n>     number of the first round, to repeat a single round (default 1)
  --fault <name>        inject only this fault; repeat the option for several faults
  --patience <s>        limit in seconds for stalls and for deliveries without Redis; raise it on a busy machine (default 10)
  --sources             run the hub from its sources instead of dist/
  --sabotage <name>     inject a bug into the hub (see sabotage.mjs); the suite must fail

isolation: measures how a destination that hangs, with 50,000 waiting deliveries, affects nine other destinations.

  --rate <n>            events per second (default 200)
  --seconds <n>         duration of each measurement (default 20)

filled: measures the rates with a million stored events and 200,000 waiting deliveries against an empty database.

  --seconds <n>         duration of each measurement (default 10)

soak (npm run soak): steady load with faults, restarts and changes of the configuration. Compares acknowledged, received and
stored events at the end. Memory, descriptors, connections and tables of open work have to be flat: processes are replaced
only in the first 40 % of the time, and the median at the end is compared with the median in the middle.

  --minutes <n>         duration of the load (default 60)
  --rate <n>            events per second (default 20); each event has five deliveries
  --fault-every <s>     time between two faults, and between two changes (default 30)
  --seed, --backend, --sources, --sabotage   as for rounds; the default backend is Redis
`;

const say = (line: string): void => console.log(line);

/** Runs the campaign that the command line selects. Returns the exit code. */
export async function command(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      rate: { type: 'string' },
      minutes: { type: 'string', default: '60' },
      'fault-every': { type: 'string', default: '30' },
      seconds: { type: 'string' },
      rounds: { type: 'string', default: '10' },
      seed: { type: 'string' },
      backend: { type: 'string' },
      'first-round': { type: 'string', default: '1' },
      fault: { type: 'string', multiple: true },
      patience: { type: 'string', default: '10' },
      sources: { type: 'boolean', default: false },
      sabotage: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    say(HELP);
    return 0;
  }
  const [what = 'rounds'] = positionals;
  const fromSources = values.sources;
  const measureMs = (byDefault: string): number => wholeNumber('--seconds', values.seconds ?? byDefault) * 1_000;
  if (what === 'isolation') {
    const rate = wholeNumber('--rate', values.rate ?? '200');
    return (await runIsolation({ fromSources, rate, measureMs: measureMs('20'), say })) ? 0 : 1;
  }
  if (what === 'filled') return (await runFilledDatabase({ fromSources, measureMs: measureMs('10'), say })) ? 0 : 1;
  if (what !== 'rounds' && what !== 'soak') {
    throw new Error(`Unknown campaign "${what}". Use rounds, isolation, filled or soak.`);
  }
  const seed = values.seed === undefined ? randomInt(1, 1_000_000) : wholeNumber('--seed', values.seed);
  if (what === 'soak') {
    const [backend = 'redis'] = values.backend === undefined ? [] : backendsOf(values.backend);
    return (await soak(
      {
        backend,
        fromSources,
        seed,
        say,
        patience: SOAK_PATIENCE,
        ...(values.sabotage && { sabotage: values.sabotage }),
      },
      {
        durationMs: wholeNumber('--minutes', values.minutes) * 60_000,
        rate: wholeNumber('--rate', values.rate ?? '20'),
        faultEveryMs: wholeNumber('--fault-every', values['fault-every']) * 1_000,
      },
    ))
      ? 0
      : 1;
  }
  const options = {
    seed,
    rounds: wholeNumber('--rounds', values.rounds),
    firstRound: wholeNumber('--first-round', values['first-round']),
    ...(values.fault === undefined ? {} : { faults: values.fault }),
  };
  const patienceMs = wholeNumber('--patience', values.patience) * 1_000;
  const patience = { stallMs: patienceMs, withoutRedisMs: patienceMs };
  let good = true;
  for (const backend of backendsOf(values.backend ?? 'both')) {
    const { sabotage } = values;
    good = (await play({ backend, fromSources, seed, say, patience, ...(sabotage && { sabotage }) }, options)) && good;
  }
  return good ? 0 : 1;
}

/** Time limits of the fault "Redis down for seconds". A soak has no check of stalls. */
const SOAK_PATIENCE = { stallMs: 30_000, withoutRedisMs: 30_000 };

/** Number of measurements of which a soak prints one. */
const SAMPLES_PER_LINE = 5;

/** Runs a soak. Returns true if it passed. */
async function soak(
  testBedOptions: TestBedOptions,
  options: Pick<SoakOptions, 'durationMs' | 'rate' | 'faultEveryMs'>,
): Promise<boolean> {
  say(`queue on ${testBedOptions.backend}, seed ${testBedOptions.seed}`);
  const testBed = await TestBed.build(testBedOptions);
  try {
    say(SAMPLE_HEADING);
    let samples = 0;
    const result = await runSoak(testBed, {
      ...options,
      random: new SeededRandom(testBedOptions.seed),
      onSample: (sample, progress) => {
        if (samples % SAMPLES_PER_LINE === 0) say(sampleLine(sample, progress, options.durationMs));
        samples += 1;
      },
    });
    for (const line of soakLines(testBed, result)) say(line);
    return soakPassed(testBed, result);
  } finally {
    await testBed.close();
  }
}

/** Plays a campaign on one queue backend. Returns true if the campaign passed. */
async function play(testBedOptions: TestBedOptions, options: CampaignOptions): Promise<boolean> {
  say(`queue on ${testBedOptions.backend}, seed ${options.seed}, Node.js ${process.version}`);
  const testBed = await TestBed.build(testBedOptions);
  try {
    const result = await runCampaign(testBed, {
      ...options,
      onRound: (number, round) => {
        for (const line of roundLines(number, round)) say(line);
        // The next rounds overwrite the logs.
        if (!isClean(round)) say(`    logs of the hubs: ${keepLogs(testBed, `${options.seed}-${number}`)}`);
      },
    });
    for (const line of campaignLines(result)) say(line);
    if (!passed(result)) say(`The logs of the hubs are in ${keepLogs(testBed, `${options.seed}-end`)}.`);
    return passed(result);
  } finally {
    await testBed.close();
  }
}

/** Writes the last lines of the hubs' logs to a file, and returns its path. */
function keepLogs({ backend, hubs }: TestBed, name: string): string {
  const file = join(tmpdir(), `patchbay-chaos-${backend}-${name}.log`);
  writeFileSync(file, hubs.logs());
  return file;
}

function backendsOf(name: string): readonly Backend[] {
  if (name === 'both') return BACKENDS;
  const backend = BACKENDS.find((known) => known === name);
  if (backend === undefined) throw new Error(`Invalid --backend "${name}". Use ${BACKENDS.join(', ')} or both.`);
  return [backend];
}

function wholeNumber(option: string, text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1)
    throw new Error(`Invalid ${option} "${text}". Use a whole number of at least 1.`);
  return number;
}
