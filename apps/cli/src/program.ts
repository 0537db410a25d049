import { Command } from 'commander';
import type { CliContext } from './cli-context.js';
import { addApply } from './commands/apply.js';
import { addDeliveries } from './commands/deliveries.js';
import { addDemo } from './commands/demo.js';
import { addDoctor } from './commands/doctor.js';
import { addExport } from './commands/export.js';
import { addForget } from './commands/forget.js';
import { addKeys } from './commands/keys.js';
import { addListen } from './commands/listen.js';
import { addPlugin } from './commands/plugin.js';
import { addPreview } from './commands/preview.js';
import { addReplay } from './commands/replay.js';
import { addRotateCallback } from './commands/rotate-callback.js';
import { addSend } from './commands/send.js';
import { addVerify } from './commands/verify.js';

const ENVIRONMENT = `
Environment:
  PATCHBAY_URL        where the hub is (http://127.0.0.1:3000)
  PATCHBAY_ADMIN_KEY  the admin key that the hub runs with (the one in .patchbay/admin.key)
  PATCHBAY_CONFIG     folder of the configuration (./config)

Ends with 0 when it worked, 1 when it failed, 2 when it was called wrongly.`;

/** The command line with all its commands. Throws a CommanderError instead of ending the process. */
export function createProgram(context: CliContext): Command {
  const program = new Command('patchbay')
    .description('Works with a Patchbay hub: loyalty events in, the right messages out.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void context.stdout.write(text),
      writeErr: (text) => void context.stderr.write(text),
    })
    .showHelpAfterError('Add --help to see how it is used.')
    .addHelpText('after', ENVIRONMENT);
  for (const add of [
    addDemo,
    addApply,
    addExport,
    addSend,
    addListen,
    addPreview,
    addVerify,
    addRotateCallback,
    addDeliveries,
    addReplay,
    addForget,
    addKeys,
    addPlugin,
    addDoctor,
  ])
    add(program, context);
  return program;
}
