import { once } from 'node:events';
import type { Sandbox, SandboxHub } from '@patchbay/testing';
import { usageError, CliError } from '../cli-error.js';
import { startVendors } from '../demo/demo-vendors.js';
import { sandboxAccounts } from '../demo/sandbox-accounts.js';
import { printable } from '../output/printable.js';
import type { Reporter } from '../output/reporter.js';
import { sandboxLines } from './sandbox-lines.js';

/** Options of the command `patchbay sandbox`. */
export interface SandboxOptions {
  /** Folder of the plugins. */
  readonly pluginsDir: string;
  /** Destination types to print. Empty for all. */
  readonly types: readonly string[];
  /** Port on 127.0.0.1; 0 for any free port. Undefined for port 3001, or another port if 3001 is in use. */
  readonly port: number | undefined;
  /** Aborted when the sandboxes have to stop. */
  readonly signal: AbortSignal;
}

/**
 * Starts the sandboxes of all vendors, prints how destinations reach them, and waits for the signal.
 * @throws CliError if a type has no sandbox, the port cannot be used or the plugins are not built
 */
export async function runSandboxes(reporter: Reporter, options: SandboxOptions): Promise<void> {
  const { pluginsDir, types, port, signal } = options;
  const vendors = await startVendors(pluginsDir, port).catch((error: unknown) => {
    if (error instanceof CliError || !(error instanceof Error)) throw error;
    throw new CliError(`The sandboxes could not be started: ${printable(error.message)}`);
  });
  try {
    const shown = shownSandboxes(vendors, types);
    reporter.document({ url: vendors.url, environment: environmentOf(vendors), vendors: shown.map(vendorDocument) });
    for (const line of sandboxLines(vendors.url, shown, reporter.paint)) reporter.line(line);
    if (!signal.aborted) await once(signal, 'abort');
  } finally {
    await vendors.stop();
  }
}

function shownSandboxes({ sandboxes }: SandboxHub, types: readonly string[]): readonly Sandbox[] {
  if (types.length === 0) return [...sandboxes.values()];
  return types.map((type) => {
    const sandbox = sandboxes.get(type);
    if (sandbox !== undefined) return sandbox;
    throw usageError(
      `${printable(type)} has no sandbox.`,
      `Use one of: ${[...sandboxes.keys()].join(', ')}. For another plugin, run patchbay plugin dev <folder>.`,
    );
  });
}

/** Returns the variables with which a hub uses the sandboxes. */
function environmentOf({ sandboxes }: SandboxHub): Readonly<Record<string, string>> {
  return { PATCHBAY_EGRESS_ALLOW: '127.0.0.1/32', PATCHBAY_DEMO_SANDBOXES: sandboxAccounts(sandboxes) };
}

function vendorDocument({ type, label, baseUrl, credentials, settings }: Sandbox): object {
  return { type, label, url: baseUrl, credentials, settings };
}
