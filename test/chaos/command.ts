import { randomInt } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { passed, runCampaign, type CampaignOptions, type CampaignResult } from './campaign.js';
import { runFilledDatabase } from './filled-database.js';
import { runIsolation } from './isolation.js';
import { campaignLines, roundLines } from './report.js';
import { BACKENDS, TestBed, type Backend, type TestBedOptions } from './support/test-bed.js';

const HELP = `npm run chaos -- [rounds | isolation | filled] [options]

rounds (default): injects faults into a running hub and its services, and compares acknowledged with received events.
A process of the role all and two workers serve three brands. The wall clock of each process is right, 10 min behind,
10 min ahead or 400 days ahead. These checks evaluate the receiver's records:

  order          messages of a customer arrive in the order of their events, also within a call of 1,000 events
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
`;

const say = (line: string): void => console.log(line);

/** Runs the campaign that the command line selects. Returns the exit code. */
export async function command(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      rate: { type: 'string', default: '200' },
      seconds: { type: 'string' },
      rounds: { type: 'string', default: '10' },
      seed: { type: 'string' },
      backend: { type: 'string', default: 'both' },
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
    const rate = wholeNumber('--rate', values.rate);
    return (await runIsolation({ fromSources, rate, measureMs: measureMs('20'), say })) ? 0 : 1;
  }
  if (what === 'filled') return (await runFilledDatabase({ fromSources, measureMs: measureMs('10'), say })) ? 0 : 1;
  if (what !== 'rounds') throw new Error(`Unknown campaign "${what}". Use rounds, isolation or filled.`);
  const seed = values.seed === undefined ? randomInt(1, 1_000_000) : wholeNumber('--seed', values.seed);
  const options = {
    seed,
    rounds: wholeNumber('--rounds', values.rounds),
    firstRound: wholeNumber('--first-round', values['first-round']),
    ...(values.fault === undefined ? {} : { faults: values.fault }),
  };
  const patienceMs = wholeNumber('--patience', values.patience) * 1_000;
  const patience = { stallMs: patienceMs, withoutRedisMs: patienceMs };
  let good = true;
  for (const backend of backendsOf(values.backend)) {
    const { sabotage } = values;
    good = (await play({ backend, fromSources, seed, say, patience, ...(sabotage && { sabotage }) }, options)) && good;
  }
  return good ? 0 : 1;
}

/** Plays a campaign on one queue backend. Returns true if the campaign passed. */
async function play(testBedOptions: TestBedOptions, options: CampaignOptions): Promise<boolean> {
  say(`queue on ${testBedOptions.backend}, seed ${options.seed}`);
  const testBed = await TestBed.build(testBedOptions);
  try {
    const result = await runCampaign(testBed, {
      ...options,
      onRound: (number, round) => {
        for (const line of roundLines(number, round)) say(line);
      },
    });
    for (const line of campaignLines(result)) say(line);
    if (!passed(result)) say(`The logs of the hubs are in ${keepLogs(result)}.`);
    return passed(result);
  } finally {
    await testBed.close();
  }
}

function keepLogs({ backend, seed, logs }: CampaignResult): string {
  const file = join(tmpdir(), `patchbay-chaos-${backend}-${seed}.log`);
  writeFileSync(file, logs);
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
