import { parseArgs } from 'node:util';
import { buildOf, thisBuild } from './builds.js';
import { ledgerLines, rollingUpgrade } from './rolling-upgrade.js';

/** Last commit without a schema number. */
const PREVIOUS = '6685c5ff';

const HELP = `npm run rolling-upgrade -- [options]

Upgrades three processes of an earlier commit to this build under load, one after the other, and compares the events that were
acknowledged, delivered and stored. The first new process expands the database. While an earlier process runs, the
command to contract the database is refused. When only new processes run, it succeeds.

With --stopped, all processes of the earlier commit stop while deliveries wait, before the first new process starts. Use
this for commits that cannot run beside this build, for example: --stopped --from 9ef3ae7

  --from <commit>     earlier commit (default ${PREVIOUS}); its build is kept in the system's temporary folder
  --phase <seconds>   duration of each phase with load (default 8)
  --rate <n>          events per second (default 60)
  --stopped           stop all processes of the earlier commit first
`;

const say = (line: string): void => console.log(line);

/** Runs the upgrade that the command line selects. Returns the exit code. */
export async function command(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      from: { type: 'string', default: PREVIOUS },
      phase: { type: 'string', default: '8' },
      rate: { type: 'string', default: '60' },
      stopped: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    say(HELP);
    return 0;
  }
  const [phaseSeconds, ratePerSecond] = [Number(values.phase), Number(values.rate)];
  if (!(phaseSeconds > 0 && ratePerSecond > 0)) throw new Error('--phase and --rate must be positive numbers.');
  const previous = await buildOf(values.from, say);
  const { stopped } = values;
  const result = await rollingUpgrade({ previous, next: await thisBuild(), phaseSeconds, ratePerSecond, stopped, say });
  for (const line of ledgerLines(result)) say(line);
  return result.passed ? 0 : 1;
}
