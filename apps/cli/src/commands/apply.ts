import type { ConfigurationProblem } from '@patchbay/core';
import type { Command } from 'commander';
import {
  missingOptions,
  needsIn,
  needsLines,
  readConfirm,
  type ConfirmationOptions,
} from '../api/change-confirmation.js';
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

interface ApplyOptions extends ConfirmationOptions {
  readonly dryRun?: boolean;
  readonly prune?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** 10,000 files take minutes. */
const APPLY_TIMEOUT_MS = 600_000;

const CONFIRMATION = `
A change that would end, hold or send by another destination type what waits for a destination says how many deliveries
that are. It is applied only with --confirm and at least that number. To rename a destination and keep what waits, write
renamedFrom: <old name> into it.`;

/** `patchbay apply [paths…]` */
export function addApply(program: Command, context: CliContext): void {
  program
    .command('apply')
    .argument('[paths...]', 'brand files or folders of them (default: all in PATCHBAY_CONFIG/brands)')
    .option('--dry-run', 'show what would change and change nothing')
    .option('--prune', 'delete what vanished from the files instead of disabling it')
    .option(
      '--confirm <count>',
      'waiting deliveries that may end, be held or change their type (default: 0)',
      readConfirm,
    )
    .option('--confirm-privacy', 'let brands change from pii-less to standard')
    .option('--yes', 'do not ask')
    .option('--json', 'answer with one JSON document')
    .description('Bring the hub to what the brand files say. ${env:…} and ${file:…} are resolved here.')
    .addHelpText('after', CONFIRMATION)
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
    const body = applyRequest(files, {
      dryRun,
      prune: options.prune === true,
      complete: paths.length === 0,
      atMost: options.confirm ?? 0,
      confirmPrivacy: options.confirmPrivacy === true,
    });
    return client.post('/v1/apply', body, { timeoutMs: APPLY_TIMEOUT_MS }).catch((error: unknown) => {
      throw error instanceof CliError ? withLines(error, files) : error;
    });
  };

  const planned = await send(true);
  const changes = changesIn(planned);
  const needs = needsIn(planned);
  const missing = missingOptions(needs, options);
  for (const line of changeLines(changes, reporter.paint)) reporter.line(line);
  for (const line of needsLines(needs)) reporter.line(`${reporter.paint.warn('!')} ${line}`);
  if (changes.length === 0 || options.dryRun === true) {
    if (changes.length === 0) reporter.line(`Nothing to change: the hub is as ${fileCount(files.length)}.`);
    else reporter.line('Nothing was changed (--dry-run).');
    if (missing.length > 0) reporter.line(`To apply this: ${commandWith(missing, paths, options)}`);
    reporter.document(planned);
    return;
  }
  if (missing.length > 0) {
    throw new CliError(
      ['This needs a confirmation. Nothing was applied.', ...needsLines(needs)].join('\n  '),
      `To confirm: ${commandWith(missing, paths, options)}`,
    );
  }
  const ask = context.stdin.isTTY === true && options.yes !== true && options.json !== true;
  if (ask && !(await confirm(context, 'Apply this?'))) throw new CliError('Nothing was changed.');
  const applied = await send(false);
  reporter.line(`${reporter.paint.good('Applied')} (revision ${JSON.stringify(applied.revision)}).`);
  reporter.document(applied);
}

/** The command that applies the same with the missing options. */
function commandWith(missing: readonly string[], paths: readonly string[], given: ApplyOptions): string {
  const lacks = (option: string): boolean => !missing.some((one) => one.startsWith(option));
  return [
    'patchbay apply',
    ...paths.map((path) => (/^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`)),
    ...(given.prune === true ? ['--prune'] : []),
    ...(given.confirm !== undefined && lacks('--confirm ') ? [`--confirm ${given.confirm}`] : []),
    ...(given.confirmPrivacy === true ? ['--confirm-privacy'] : []),
    ...missing,
  ].join(' ');
}

function refuseProblems(problems: readonly ConfigurationProblem[]): void {
  if (problems.length === 0) return;
  throw new CliError('Nothing was sent to the hub:', 'Fix this, or name only the files to apply.', { problems });
}

function fileCount(count: number): string {
  return count === 1 ? 'the file says' : `the ${count} files say`;
}
