import type { Sandbox } from '@patchbay/testing';
import type { Paint } from '../output/paint.js';

/** Returns the address of each sandbox, and the destination to copy into a brand file. */
export function sandboxLines(url: string, sandboxes: readonly Sandbox[], paint: Paint): string[] {
  return [
    `${paint.bold('Vendor sandboxes')} on 127.0.0.1. They accept the invented credentials below, and send nothing.`,
    `Received messages: ${paint.link(url)}`,
    '',
    'Start the hub with PATCHBAY_EGRESS_ALLOW=127.0.0.1/32, and copy a destination into a brand file:',
    '',
    'destinations:',
    ...sandboxes.flatMap(destinationLines),
    '',
    'Addresses of vendors can be set in files only. For destinations that the console creates, start a hub without',
    'DATABASE_URL, and give it the variables that this command prints with --json.',
    paint.dim('Ctrl-C stops the sandboxes.'),
  ];
}

/** Returns a destination as YAML. JSON is valid YAML, so long values stay on one line. */
function destinationLines({ type, label, baseUrl, credentials, settings }: Sandbox): string[] {
  return [
    `  ${type}: # ${label}, ${baseUrl}`,
    `    type: ${type}`,
    `    credentials: ${JSON.stringify(credentials)}`,
    `    settings: ${JSON.stringify(settings)}`,
  ];
}
