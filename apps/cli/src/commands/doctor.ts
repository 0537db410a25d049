import type { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { diagnose } from '../doctor/diagnose.js';
import { Reporter } from '../output/reporter.js';

/** Adds the command `patchbay doctor`. */
export function addDoctor(program: Command, context: CliContext): void {
  program
    .command('doctor')
    .option('--json', 'print one JSON document')
    .description('Check Node.js, the environment, the configuration and the hub, and print how to fix each problem.')
    .action(async ({ json = false }: { json?: boolean }) => {
      const reporter = new Reporter(context, json);
      const { paint } = reporter;
      const findings = await diagnose(context.env);
      for (const { name, problems, warnings = [] } of findings) {
        const [first, ...others] = problems;
        if (first === undefined) reporter.line(`${paint.good('ok')}       ${name}`);
        else reporter.line(`${paint.bad('problem')}  ${name}: ${first}`);
        for (const other of others) reporter.line(`         ${other}`);
        for (const warning of warnings) reporter.line(`${paint.warn('warning')}  ${warning}`);
      }
      const wrong = findings.filter(({ problems }) => problems.length > 0);
      reporter.document({ ok: wrong.length === 0, findings });
      if (wrong.length > 0)
        throw new CliError(wrong.length === 1 ? 'One check failed.' : `${wrong.length} checks failed.`);
    });
}
