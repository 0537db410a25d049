import type { ConfigurationProblem } from '@patchbay/core';
import type { Command } from 'commander';
import {
  missingOptions,
  needsIn,
  needsLines,
  readConfirm,
  type ConfirmationOptions,
} from '../api/change-confirmation.js';
import { apiPath } from '../api/api-path.js';
import { hubAddress } from '../api/hub-address.js';
import { HubClient } from '../api/hub-client.js';
import { isLoopback } from '../api/is-loopback.js';
import { textAt } from '../api/json-reading.js';
import type { CliContext } from '../cli-context.js';
import { CliError, usageError } from '../cli-error.js';
import { applyRequest } from '../files/apply-request.js';
import { findBrandFiles, readBrandFile } from '../files/brand-files.js';
import { withLines } from '../files/problem-lines.js';
import { Reporter } from '../output/reporter.js';
import { tryChanges, trialLines } from './apply-trials.js';
import { changeLines, changesIn } from './configuration-changes.js';
import { warningLines } from './configuration-warnings.js';
import { confirm } from './confirm.js';
import { fieldChangeLines } from './field-change-lines.js';
import { wholeNumber } from './whole-number.js';

interface ApplyOptions extends ConfirmationOptions {
  readonly dryRun?: boolean;
  readonly prune?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
  readonly strict?: boolean;
  readonly last?: number;
}

/** Timeout in milliseconds. Applying 10,000 files takes minutes. */
const APPLY_TIMEOUT_MS = 600_000;

const CONFIRMATION = `
A change can end or hold the waiting deliveries of a destination, or send them by another destination type. Such a
change is applied only with --confirm and at least the number of affected deliveries, which the command prints. To
rename a destination and keep its waiting deliveries, add renamedFrom: <old name> to the destination.`;

/** Adds the command `patchbay apply [paths…]`. */
export function addApply(program: Command, context: CliContext): void {
  program
    .command('apply')
    .argument('[paths...]', 'brand files, or folders with brand files (default: PATCHBAY_CONFIG/brands)')
    .option('--dry-run', 'print the changes without applying them')
    .option('--prune', 'delete resources that were removed from the files instead of disabling them')
    .option(
      '--confirm <count>',
      'number of waiting deliveries that may end, be held or change their type (default: 0)',
      readConfirm,
    )
    .option('--confirm-privacy', 'allow brands to change from pii-less to standard')
    .option(
      '--last <count>',
      'with --dry-run: try each changed subscription on the newest events',
      wholeNumber(1, 1_000),
    )
    .option('--strict', 'refuse files that have warnings')
    .option('--yes', 'do not ask for confirmation')
    .option('--json', 'print one JSON document')
    .description('Apply brand files to the hub. ${env:…} and ${file:…} are resolved on this machine.')
    .addHelpText('after', CONFIRMATION)
    .action((paths: string[], options: ApplyOptions) => apply(context, paths, options));
}

async function apply(context: CliContext, paths: readonly string[], options: ApplyOptions): Promise<void> {
  if (options.last !== undefined && options.dryRun !== true) {
    throw usageError('--last tries the changes without applying them.', 'Add --dry-run.');
  }
  const reporter = new Reporter(context, options.json === true);
  const client = new HubClient(hubAddress(context.env));
  const files = findBrandFiles(context.env, paths).map((file) => readBrandFile(context.env, file));
  refuseProblems(files.flatMap(({ source }) => source.problems));
  if (client.address.url.startsWith('http:') && !isLoopback(client.address.url)) {
    reporter.warning('PATCHBAY_URL uses http, so the secrets in the brand files are sent unencrypted. Use https.');
  }
  const send = (dryRun: boolean) => {
    // If the user names files, brands without a file stay unchanged.
    const body = applyRequest(files, {
      dryRun,
      prune: options.prune === true,
      complete: paths.length === 0,
      atMost: options.confirm ?? 0,
      confirmPrivacy: options.confirmPrivacy === true,
      strict: options.strict === true,
    });
    return client.post(apiPath('/v1/apply'), body, { timeoutMs: APPLY_TIMEOUT_MS }).catch((error: unknown) => {
      throw error instanceof CliError ? withLines(error, files) : error;
    });
  };

  const planned = await send(true);
  const changes = changesIn(planned);
  const needs = needsIn(planned);
  const missing = missingOptions(needs, options);
  for (const line of warningLines(planned, files)) reporter.warning(line);
  for (const change of changes) {
    for (const line of changeLines([change], reporter.paint)) reporter.line(line);
    const details = fieldChangeLines(planned, textAt(change, 'kind') ?? '', textAt(change, 'name') ?? '');
    for (const line of details) reporter.line(line);
  }
  for (const line of needsLines(needs)) reporter.line(`${reporter.paint.warn('!')} ${line}`);
  if (changes.length === 0 || options.dryRun === true) {
    if (changes.length === 0) reporter.line(`Nothing to change: the hub already matches ${fileCount(files.length)}.`);
    else reporter.line('Nothing was changed (--dry-run).');
    const trials = options.last === undefined ? [] : await tryChanges(client, files, changes, options.last);
    for (const line of trials.flatMap(trialLines)) reporter.line(line);
    if (missing.length > 0) reporter.line(`To apply this: ${commandWith(missing, paths, options)}`);
    reporter.document(options.last === undefined ? planned : { ...planned, trials });
    return;
  }
  if (missing.length > 0) {
    throw new CliError(
      ['The change requires a confirmation. Nothing was applied.', ...needsLines(needs)].join('\n  '),
      `To confirm: ${commandWith(missing, paths, options)}`,
    );
  }
  const ask = context.stdin.isTTY === true && options.yes !== true && options.json !== true;
  if (ask && !(await confirm(context, 'Apply this?'))) throw new CliError('Nothing was changed.');
  const applied = await send(false);
  reporter.line(`${reporter.paint.good('Applied')} (revision ${JSON.stringify(applied.revision)}).`);
  reporter.document(applied);
}

/** Returns the command line of this call with the missing options added. */
function commandWith(missing: readonly string[], paths: readonly string[], given: ApplyOptions): string {
  const lacks = (option: string): boolean => !missing.some((one) => one.startsWith(option));
  return [
    'patchbay apply',
    ...paths.map((path) => (/^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`)),
    ...(given.prune === true ? ['--prune'] : []),
    ...(given.confirm !== undefined && lacks('--confirm ') ? [`--confirm ${given.confirm}`] : []),
    ...(given.confirmPrivacy === true ? ['--confirm-privacy'] : []),
    ...(given.strict === true ? ['--strict'] : []),
    ...missing,
  ].join(' ');
}

function refuseProblems(problems: readonly ConfigurationProblem[]): void {
  if (problems.length === 0) return;
  throw new CliError(
    'The brand files have problems. Nothing was sent to the hub:',
    'Fix the problems, or name only the files to apply.',
    { problems },
  );
}

function fileCount(count: number): string {
  return count === 1 ? 'the file' : `the ${count} files`;
}
