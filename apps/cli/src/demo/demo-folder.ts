import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '@patchbay/core';
import { CliError } from '../cli-error.js';

/** Folder of the demo in `.patchbay/`, separate from the data of a real hub. */
export interface DemoFolder {
  /** Working directory of the hub. The hub stores its data below this directory. */
  readonly home: string;
  readonly configDirectory: string;
  readonly brandFile: string;
  readonly log: string;
  /** Writes another brand file to the folder. */
  addBrand(name: string, content: JsonObject): void;
  /** Deletes the PID file, so that another demo can start. */
  release(): void;
}

/**
 * Deletes the folder and creates it again with the demo's brand file, so that every demo starts with an empty hub.
 * @throws CliError if a demo of the same clone is running
 */
export function makeDemoFolder(root: string): DemoFolder {
  const home = join(root, '.patchbay', 'demo');
  const pidFile = join(home, 'demo.pid');
  refuseSecond(pidFile);
  rmSync(home, { recursive: true, force: true, maxRetries: 3 });
  const brands = join(home, 'config', 'brands');
  mkdirSync(brands, { recursive: true });
  writeFileSync(pidFile, String(process.pid));
  const brandFile = join(brands, 'demo.yaml');
  copyFileSync(join(root, 'config', 'brands', 'demo.yaml'), brandFile);
  return {
    home,
    configDirectory: join(home, 'config'),
    brandFile,
    log: join(home, 'hub.log'),
    addBrand: (name, content) => {
      // The file has the extension of YAML. Every JSON text is also valid YAML.
      writeFileSync(join(brands, `${name}.yaml`), JSON.stringify(content, null, 2));
    },
    release: () => {
      rmSync(pidFile, { force: true });
    },
  };
}

function refuseSecond(pidFile: string): void {
  const pid = existsSync(pidFile) ? Number(readFileSync(pidFile, 'utf8')) : NaN;
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid || !isAlive(pid)) return;
  throw new CliError(
    `A demo of this clone is already running as process ${pid}.`,
    `Stop it with Ctrl-C in its terminal. If process ${pid} is another program, delete .patchbay/demo/demo.pid.`,
  );
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Error code EPERM: the process exists and belongs to another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
