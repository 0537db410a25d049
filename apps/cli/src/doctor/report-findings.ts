import { CliError } from '../cli-error.js';
import type { Reporter } from '../output/reporter.js';
import type { Finding } from './finding.js';

/** Prints findings, one line each with its problems below. Throws a CliError if a check failed. */
export function reportFindings(reporter: Reporter, findings: readonly Finding[]): void {
  const { paint } = reporter;
  for (const { name, facts, problems, warnings = [] } of findings) {
    const [first, ...others] = problems;
    const details = facts === undefined ? '' : `: ${facts}`;
    if (first === undefined) reporter.line(`${paint.good('ok')}       ${name}${details}`);
    else reporter.line(`${paint.bad('problem')}  ${name}: ${first}`);
    for (const other of others) reporter.line(`         ${other}`);
    for (const warning of warnings) reporter.line(`${paint.warn('warning')}  ${warning}`);
  }
  const wrong = findings.filter(({ problems }) => problems.length > 0);
  reporter.document({ ok: wrong.length === 0, findings });
  if (wrong.length > 0) throw new CliError(wrong.length === 1 ? 'One check failed.' : `${wrong.length} checks failed.`);
}
