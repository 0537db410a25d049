import type { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { diagnose } from '../doctor/diagnose.js';
import { reportFindings } from '../doctor/report-findings.js';
import { Reporter } from '../output/reporter.js';
import { packageVersion } from '../package-version.js';

/** Adds the command `patchbay doctor`. */
export function addDoctor(program: Command, context: CliContext): void {
  program
    .command('doctor')
    .option('--json', 'print one JSON document')
    .description(
      'Check the environment, the configuration, the hub with its database, queue, master key and public URL, and every ' +
        'destination. Print how to fix each problem.',
    )
    .action(async ({ json = false }: { json?: boolean }) => {
      const reporter = new Reporter(context, json);
      const findings = await diagnose(context.env, { node: process.versions.node, command: packageVersion() });
      reportFindings(reporter, findings);
    });
}
