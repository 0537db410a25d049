import { randomInt } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { passed, runCampaign, type CampaignOptions, type CampaignResult } from './campaign.js';
import { campaignLines, roundLines } from './report.js';
import { BACKENDS, Stage, type Backend, type StageOptions } from './support/stage.js';

const HELP = `npm run chaos -- [options]

Breaks everything around a running hub, and compares what was acknowledged with what was received.

  --rounds <n>          rounds on each backend (default 10)
  --seed <n>            draws the same faults again (default: a random one, printed)
  --backend <name>      postgres, redis or both (default both)
  --first-round <n>     where to begin, to see one round again (default 1)
  --fault <name>        only this one; may be given several times
  --sources             run the hub from its sources instead of dist/
  --sabotage <name>     break the hub on purpose (see sabotage.mjs): the suite has to notice
`;

const say = (line: string): void => console.log(line);

/** Runs what the command line asks for. Returns the exit code. */
export async function command(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '10' },
      seed: { type: 'string' },
      backend: { type: 'string', default: 'both' },
      'first-round': { type: 'string', default: '1' },
      fault: { type: 'string', multiple: true },
      sources: { type: 'boolean', default: false },
      sabotage: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    say(HELP);
    return 0;
  }
  const seed = values.seed === undefined ? randomInt(1, 1_000_000) : wholeNumber('--seed', values.seed);
  const options = {
    seed,
    rounds: wholeNumber('--rounds', values.rounds),
    firstRound: wholeNumber('--first-round', values['first-round']),
    ...(values.fault === undefined ? {} : { faults: values.fault }),
  };
  let good = true;
  for (const backend of backendsOf(values.backend)) {
    const { sources: fromSources, sabotage } = values;
    good = (await play({ backend, fromSources, seed, say, ...(sabotage && { sabotage }) }, options)) && good;
  }
  return good ? 0 : 1;
}

/** True where the ledger is in order. */
async function play(stageOptions: StageOptions, options: CampaignOptions): Promise<boolean> {
  say(`queue on ${stageOptions.backend}, seed ${options.seed}`);
  const stage = await Stage.build(stageOptions);
  try {
    const result = await runCampaign(stage, {
      ...options,
      onRound: (number, round) => {
        for (const line of roundLines(number, round)) say(line);
      },
    });
    for (const line of campaignLines(result)) say(line);
    if (!passed(result)) say(`The logs of the hubs are in ${keepLogs(result)}.`);
    return passed(result);
  } finally {
    await stage.close();
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
