import { parseArgs } from 'node:util';
import { SCENARIOS } from './workload/scenarios.mjs';
import { SYSTEMS } from './systems/systems.mjs';

const OPTIONAL = Object.keys(SYSTEMS).filter((name) => SYSTEMS[name].optional);
const USUAL = Object.keys(SYSTEMS).filter((name) => !SYSTEMS[name].optional);

const HELP = `npm run bench -- [options]

  --only <a,b>        systems: ${Object.keys(SYSTEMS).join(', ')}
                      (default: all but ${OPTIONAL.join(', ')})
  --with <a,b>        add optional systems: ${OPTIONAL.join(', ')}
  --scenario <a,b>    scenarios: ${Object.keys(SCENARIOS).join(', ')} (default: all)
  --rounds <n>        interleaved rounds; the tables show medians (default 3)
  --seconds <n>       duration of each measurement (default 5)
  --log-level <level> LOG_LEVEL of the hub (default info)
  --no-micro          skip the benchmarks of mapping and plugin host
  --long              then run the hub for ten minutes at half its rate, and record its memory
  --minutes <n>       duration of --long (default 10)
  --scale             measure only the hub, with more subscriptions, destinations, processes and stored events;
                      accepts only --rounds, --seconds and --log-level
  --redis-away        measure only the hub, in one scenario, in turns with Redis and with Redis killed
  --flood             measure only the hub, in turns with one source that floods the hub and without the flood
  --brands <a,b>      measure only the configuration in memory, with these numbers of brands, such as 1000,10000
  --backfill <rows>   measure only the hub: an import of so many rows, such as 1000000, and its effect on live events
  --per-second <n>    rate of the live events of --backfill (default 500)
  --profile           measure only the hub, once, with --cpu-prof, and show which code uses the CPU
  --json <file>       write every figure of every round to a file

Without --only and --scenario, the run includes --redis-away and --flood.
`;

/** Options that cannot be combined with --scale, because --scale has fixed measurements and prints different tables. */
const NOT_WITH_SCALE = ['only', 'with', 'scenario', 'no-micro', 'long', 'minutes', 'profile', 'json'];

/** Parses the options of the benchmark. Throws an Error if the arguments are invalid. */
export function readOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string' },
      with: { type: 'string' },
      scenario: { type: 'string' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      minutes: { type: 'string' },
      'log-level': { type: 'string', default: 'info' },
      'no-micro': { type: 'boolean', default: false },
      long: { type: 'boolean', default: false },
      scale: { type: 'boolean', default: false },
      'redis-away': { type: 'boolean', default: false },
      flood: { type: 'boolean', default: false },
      brands: { type: 'string' },
      backfill: { type: 'string' },
      'per-second': { type: 'string', default: '500' },
      profile: { type: 'boolean', default: false },
      json: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.scale) refuseIgnored(values);
  const { profile, flood, 'redis-away': redisAway } = values;
  const hubOnly = flood || redisAway;
  const isWhole = values.only === undefined && values.scenario === undefined && !hubOnly;
  const systems = hubOnly ? [] : profile ? ['hub'] : USUAL;
  const scenarios = hubOnly || profile ? ['1to1'] : Object.keys(SCENARIOS);
  return {
    help: values.help ? HELP : null,
    systems: [
      ...chosen('--only', values.only, systems, Object.keys(SYSTEMS)),
      ...chosen('--with', values.with, [], OPTIONAL),
    ],
    scenarios: chosen('--scenario', values.scenario, scenarios, Object.keys(SCENARIOS)),
    rounds: profile ? 1 : number('--rounds', values.rounds ?? '3'),
    seconds: number('--seconds', values.seconds ?? (profile ? '15' : '5')),
    minutes: number('--minutes', values.minutes ?? '10'),
    logLevel: values['log-level'],
    micro: !values['no-micro'] && !hubOnly,
    long: values.long,
    scale: values.scale,
    profile,
    redisAway: redisAway || isWhole,
    flood: flood || isWhole,
    brands: values.brands?.split(',').map((count) => number('--brands', count)) ?? [],
    json: values.json ?? null,
    backfill: values.backfill === undefined ? null : backfillOptions(values),
  };
}

function backfillOptions(values) {
  return {
    rows: number('--backfill', values.backfill),
    perSecond: number('--per-second', values['per-second']),
    seconds: number('--seconds', values.seconds ?? '10'),
    logLevel: values['log-level'],
  };
}

/** Throws if the arguments contain options that --scale would ignore. */
function refuseIgnored(values) {
  const ignored = NOT_WITH_SCALE.filter((name) => values[name] !== undefined && values[name] !== false);
  if (ignored.length === 0) return;
  const names = ignored.map((name) => `--${name}`).join(', ');
  throw new Error(`--scale accepts only --rounds, --seconds and --log-level. Remove ${names}.`);
}

function chosen(option, text, preset, known) {
  const names = text?.split(',') ?? preset;
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`Unknown ${option} "${unknown}". Use one of: ${known.join(', ')}.`);
  return known.filter((name) => names.includes(name));
}

function number(option, text) {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`Invalid ${option} "${text}". Use a number above 0.`);
  return value;
}
