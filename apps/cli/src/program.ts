import { Command } from 'commander';
import type { CliContext } from './cli-context.js';
import { addApply } from './commands/apply.js';
import { addBackupCheck } from './commands/backup-check.js';
import { addCapillary } from './commands/capillary.js';
import { addClient } from './commands/client.js';
import { addConsole } from './commands/console.js';
import { addData } from './commands/data.js';
import { addDeliveries } from './commands/deliveries.js';
import { addDemo } from './commands/demo.js';
import { addAudit } from './commands/audit.js';
import { addDestination } from './commands/destination.js';
import { addDestinations } from './commands/destinations.js';
import { addDoctor } from './commands/doctor.js';
import { addEvents } from './commands/events.js';
import { addExplain } from './commands/explain.js';
import { addExport } from './commands/export.js';
import { addFailures } from './commands/failures.js';
import { addForget } from './commands/forget.js';
import { addImport } from './commands/import.js';
import { addKeys } from './commands/keys.js';
import { addListen } from './commands/listen.js';
import { addLookup } from './commands/lookup.js';
import { addLookups } from './commands/lookups.js';
import { addPause, addResume } from './commands/pause.js';
import { addPeople } from './commands/people.js';
import { addPlugin } from './commands/plugin.js';
import { addPreview } from './commands/preview.js';
import { addRedeliver } from './commands/redeliver.js';
import { addReplay } from './commands/replay.js';
import { addRestore } from './commands/restore.js';
import { addRotateCallback } from './commands/rotate-callback.js';
import { addSandbox } from './commands/sandbox.js';
import { addSchema } from './commands/schema.js';
import { addSend } from './commands/send.js';
import { addSuppressions } from './commands/suppressions.js';
import { addTestSend } from './commands/test-send.js';
import { addVerify } from './commands/verify.js';
import { addChoices } from './commands/choices.js';
import { addVersions } from './commands/versions.js';
import { packageVersion } from './package-version.js';

const ENVIRONMENT = `
Environment:
  PATCHBAY_URL        URL of the hub (default: http://127.0.0.1:3000)
  PATCHBAY_ADMIN_KEY  API key of the hub (default for a local hub: the key in .patchbay/admin.key)
  PATCHBAY_CONFIG     configuration folder (default: ./config)

Exit codes: 0 success, 1 failure, 2 invalid arguments.`;

/** Creates the command line parser with all commands. It throws a CommanderError instead of exiting the process. */
export function createProgram(context: CliContext): Command {
  const program = new Command('patchbay')
    .description('Command line client of a Patchbay hub, which turns loyalty events into messages.')
    .version(packageVersion())
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void context.stdout.write(text),
      writeErr: (text) => void context.stderr.write(text),
    })
    .showHelpAfterError('Run the command with --help to see its arguments and options.')
    .addHelpText('after', ENVIRONMENT);
  for (const add of [
    addDemo,
    addConsole,
    addApply,
    addExport,
    addSend,
    addListen,
    addSandbox,
    addPreview,
    addVerify,
    addChoices,
    addTestSend,
    addPause,
    addResume,
    addRotateCallback,
    addVersions,
    addRestore,
    addDestinations,
    addDestination,
    addDeliveries,
    addFailures,
    addExplain,
    addEvents,
    addRedeliver,
    addAudit,
    addSuppressions,
    addLookup,
    addLookups,
    addCapillary,
    addReplay,
    addImport,
    addForget,
    addData,
    addBackupCheck,
    addKeys,
    addPeople,
    addSchema,
    addPlugin,
    addClient,
    addDoctor,
  ])
    add(program, context);
  return program;
}
