import type { ConfigurationProblem } from '@patchbay/core';
import type { Command } from 'commander';
import { hubAddress } from '../api/hub-address.js';
import { HubClient, isLoopback } from '../api/hub-client.js';
import type { CliContext } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { applyRequest } from '../files/apply-request.js';
import { findBrandFiles, readBrandFile } from '../files/brand-files.js';
import { withLines } from '../files/problem-lines.js';
import { Reporter } from '../output/reporter.js';
import { changeLines, changesIn } from './configuration-changes.js';
import { confirm } from './confirm.js';

interface ApplyOptions {
  readonly dryRun?: boolean;
  readonly prune?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** `patchbay apply [paths…]` */
export function addApply(program: Command, context: CliContext): void {
  program
    .command('apply')
    .argument('[paths...]', 'brand files or folders of them (default: all in PATCHBAY_CONFIG/brands)')
    .option('--dry-run', 'show what would change and change nothing')
    .option('--prune', 'delete what vanished from the files instead of disabling it')
    .option('--yes', 'do not ask')
    .option('--json', 'answer with one JSON document')
    .description('Bring the hub to what the brand files say. ${env:…} and ${file:…} are resolved here.')
    .action((paths: string[], options: ApplyOptions) => apply(context, paths, options));
}

async function apply(context: CliContext, paths: readonly string[], options: ApplyOptions): Promise<void> {
  const reporter = new Reporter(context, options.json === true);
  const client = new HubClient(hubAddress(context.env));
  const files = findBrandFiles(context.env, paths).map((file) => readBrandFile(context.env, file));
  refuseProblems(files.flatMap(({ source }) => source.problems));
  if (client.address.url.startsWith('http:') && !isLoopback(client.address.url)) {
    reporter.warning('PATCHBAY_URL is plain http: the secrets in these files travel in the clear. Use https.');
  }
  const send = (dryRun: boolean) => {
    // Files named one by one say nothing about the brands that they leave out.
    const body = applyRequest(files, { dryRun, prune: options.prune === true, complete: paths.length === 0 });
    return client.post('/v1/apply', body).catch((error: unknown) => {
      throw error instanceof CliError ? withLines(error, files) : error;
    });
  };

  const planned = await send(true);
  const changes = changesIn(planned);
  for (const line of changeLines(changes, reporter.paint)) reporter.line(line);
  if (changes.length === 0 || options.dryRun === true) {
    if (changes.length === 0) reporter.line(`Nothing to change: the hub is as ${fileCount(files.length)}.`);
    else reporter.line('Nothing was changed (--dry-run).');
    reporter.document(planned);
    return;
  }
  const ask = context.stdin.isTTY === true && options.yes !== true && options.json !== true;
  if (ask && !(await confirm(context, 'Apply this?'))) throw new CliError('Nothing was changed.');
  const applied = await send(false);
  reporter.line(`${reporter.paint.good('Applied')} (revision ${JSON.stringify(applied.revision)}).`);
  reporter.document(applied);
}

function refuseProblems(problems: readonly ConfigurationProblem[]): void {
  if (problems.length === 0) return;
  throw new CliError('Nothing was sent to the hub:', 'Mend this, or name only the files to apply.', { problems });
}

function fileCount(count: number): string {
  return count === 1 ? 'the file says' : `the ${count} files say`;
}
