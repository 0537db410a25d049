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

rounds (default): breaks everything around a running hub, and compares what was acknowledged with what was received. Two
workers and an api process serve three brands; each process has a wall clock that is right, 10 min behind, 10 min ahead
or 400 days ahead. The receiver's records are also checked for:

  order          messages of a customer arrive in the order of their events, also within a call of 1,000 events
  rates          at most rate x 10 + burst + concurrency calls in any 10 s
  quiet hours    nothing arrives in quiet hours, and everything outside of them
  caps           no customer gets more messages than the cap
  digests        each event is in exactly one digest
  fallbacks      a fallback goes out only after a refusal or a report, and never beside a message that arrived
  stalls         no destination gets nothing for 10 s while something is due and no fault explains it
  unconfirmed    only what the receiver saw, or a fault explains
  without Redis  deliveries go on while Redis is down

  --rounds <n>          rounds that count, on each backend (default 10)
  --seed <n>            draws the same faults again (default: a random one, printed)
  --backend <name>      postgres, redis or both (default both)
  --first-round <n>     where to begin, to see one round again (default 1)
  --fault <name>        only this one; may be given several times
  --patience <s>        seconds for stalls and for deliveries without Redis, for a busy machine (default 10)
  --sources             run the hub from its sources instead of dist/
  --sabotage <name>     break the hub on purpose (see sabotage.mjs): the suite has to notice

isolation: what nine destinations feel of a tenth that hangs with 50,000 deliveries waiting.

  --rate <n>            events a second (default 200)
  --seconds <n>         of each measurement (default 20)

filled: the rates with a million stored events and 200,000 waiting deliveries, beside those of an empty database.

  --seconds <n>         of each measurement (default 10)
`;

const say = (line: string): void => console.log(line);

/** Runs what the command line asks for. Returns the exit code. */
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
  const measureMs = (unlessTold: string): number => wholeNumber('--seconds', values.seconds ?? unlessTold) * 1_000;
  if (what === 'isolation') {
    const rate = wholeNumber('--rate', values.rate);
    return (await runIsolation({ fromSources, rate, measureMs: measureMs('20'), say })) ? 0 : 1;
  }
  if (what === 'filled') return (await runFilledDatabase({ fromSources, measureMs: measureMs('10'), say })) ? 0 : 1;
  if (what !== 'rounds') throw new Error(`There is no "${what}"; there are rounds, isolation and filled.`);
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

/** True where the ledger is in order. */
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
  if (backend === undefined) throw new Error(`--backend is ${BACKENDS.join(', ')} or both, not "${name}".`);
  return [backend];
}

function wholeNumber(option: string, text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1)
    throw new Error(`${option} is a whole number from 1, not "${text}".`);
  return number;
}
