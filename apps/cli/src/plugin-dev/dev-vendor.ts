import { mkdirSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { startSandboxHub, type Sandbox, type SandboxHub } from '@patchbay/testing';
import { CliError } from '../cli-error.js';
import { printable } from '../output/printable.js';
import { compilePlugin } from './compile-plugin.js';

/** Build of a plugin: compiled files in a folder that no earlier build used, because Node.js loads a file only once. */
export interface PluginBuild {
  /** Folder with `<type>`, and with the same files as a package in `node_modules`. */
  readonly folder: string;
  readonly type: string;
}

/**
 * Compiles a plugin into a new folder.
 * @throws CliError if the plugin does not compile or its sandbox cannot be loaded
 */
export async function buildPlugin(source: string, folder: string): Promise<PluginBuild> {
  const code = join(folder, 'code');
  await compilePlugin(source, code);
  const type = await typeOf(join(code, 'sandbox.js'));
  renameSync(code, join(folder, type));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(join(folder, type), join(folder, 'node_modules', type), 'junction');
  return { folder, type };
}

async function typeOf(sandbox: string): Promise<string> {
  const loaded: unknown = await import(pathToFileURL(sandbox).href).then(
    (module: { readonly default?: unknown }) => module.default,
    (error: unknown) => {
      throw new CliError(
        `sandbox.ts cannot be loaded: ${printable(String(error))}`,
        'Fix its code, or install the packages that it imports.',
      );
    },
  );
  if (typeof loaded === 'object' && loaded !== null && 'type' in loaded && typeof loaded.type === 'string') {
    return loaded.type;
  }
  throw new CliError('sandbox.ts does not default-export defineSandbox({ type: … }).', 'Add the export.');
}

/** Sandbox of the plugin at one address, with the code of the newest build. */
export class DevVendor {
  private constructor(
    private hub: SandboxHub,
    private type: string,
  ) {}

  static async start({ folder, type }: PluginBuild, port: number): Promise<DevVendor> {
    return new DevVendor(await startSandboxHub({ pluginsDir: folder, port }), type);
  }

  /** URL of the page that shows the received messages. */
  get url(): string {
    return this.hub.url;
  }

  get sandbox(): Sandbox {
    const sandbox = this.hub.sandboxes.get(this.type);
    if (sandbox === undefined) throw new Error(`The build contains no sandbox of the type ${this.type}.`);
    return sandbox;
  }

  /** Replaces the sandbox by that of another build, at the same address. */
  async replace({ folder, type }: PluginBuild): Promise<void> {
    const port = Number(new URL(this.hub.url).port);
    await this.hub.stop();
    this.hub = await startSandboxHub({ pluginsDir: folder, port });
    this.type = type;
  }

  stop(): Promise<void> {
    return this.hub.stop();
  }
}
