import { parseArgs } from 'node:util';
import { SCENARIOS } from './workload/scenarios.mjs';
import { SYSTEMS } from './systems/systems.mjs';

const HELP = `npm run bench -- [options]

  --only <a,b>        systems: ${Object.keys(SYSTEMS).join(', ')} (all of them)
  --scenario <a,b>    ${Object.keys(SCENARIOS).join(', ')} (all of them)
  --rounds <n>        interleaved rounds; figures are their medians (3)
  --seconds <n>       length of each measured stretch (5)
  --log-level <level> LOG_LEVEL of the hub (info)
  --no-micro          leaves mapping and plugin host out
  --long              afterwards, the hub for ten minutes at half its rate, its memory noted
  --minutes <n>       another length for --long (10)
  --scale             the hub alone: its rate against subscriptions, destinations, workers and stored events;
                      takes --rounds, --seconds and --log-level alone
  --redis-away        the hub alone, in one scenario: its rate with Redis and with Redis killed, in turn
  --profile           the hub alone, once, under --cpu-prof: what its CPU goes into
  --json <file>       every figure of every round, for machines
`;

/** What --scale has no use for: its points are its own, and it ends with its own tables. */
const NOT_WITH_SCALE = ['only', 'scenario', 'no-micro', 'long', 'minutes', 'profile', 'json'];

/** What a run of the benchmark is asked for. Throws an Error that says what is wrong with the arguments. */
export function readOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string' },
      scenario: { type: 'string' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      minutes: { type: 'string' },
      'log-level': { type: 'string', default: 'info' },
      'no-micro': { type: 'boolean', default: false },
      long: { type: 'boolean', default: false },
      scale: { type: 'boolean', default: false },
      'redis-away': { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
      json: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.scale) refuseIgnored(values);
  const { profile, 'redis-away': redisAway } = values;
  const single = profile || redisAway;
  return {
    help: values.help ? HELP : null,
    systems: chosen('--only', values.only, single ? ['hub'] : Object.keys(SYSTEMS), Object.keys(SYSTEMS)),
    scenarios: chosen(
      '--scenario',
      values.scenario,
      single ? ['1to1'] : Object.keys(SCENARIOS),
      Object.keys(SCENARIOS),
    ),
    rounds: profile ? 1 : number('--rounds', values.rounds ?? '3'),
    seconds: number('--seconds', values.seconds ?? (profile ? '15' : '5')),
    minutes: number('--minutes', values.minutes ?? '10'),
    logLevel: values['log-level'],
    micro: !values['no-micro'] && !profile,
    long: values.long,
    scale: values.scale,
    profile,
    redisAway,
    json: values.json ?? null,
  };
}

/** What would be ignored is refused: the figures would not be those that were asked for. */
function refuseIgnored(values) {
  const ignored = NOT_WITH_SCALE.filter((name) => values[name] !== undefined && values[name] !== false);
  if (ignored.length === 0) return;
  const names = ignored.map((name) => `--${name}`).join(', ');
  throw new Error(`--scale has its own points and takes --rounds, --seconds and --log-level: leave out ${names}.`);
}

function chosen(option, text, preset, known) {
  const names = text?.split(',') ?? preset;
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`${option} ${unknown}: there are ${known.join(', ')}.`);
  return known.filter((name) => names.includes(name));
}

function number(option, text) {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`${option} ${text}: give a number above 0.`);
  return value;
}
