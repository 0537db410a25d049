import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '@patchbay/core';
import { CliError } from '../cli-error.js';

/** The demo's own corner of `.patchbay/`: never the data of a real hub. */
export interface DemoFolder {
  /** The hub's working directory, so that its data goes below it. */
  readonly home: string;
  readonly configDirectory: string;
  readonly brandFile: string;
  readonly log: string;
  /** Puts the file of another brand beside it. */
  addBrand(name: string, content: JsonObject): void;
  /** Lets the next demo begin. */
  release(): void;
}

/**
 * Makes the folder anew, with the one brand file of the demo in it: every demo begins with an empty hub.
 * @throws CliError where a demo of the same clone is running
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
      // JSON is YAML too.
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
    `A demo of this clone is running already, as process ${pid}.`,
    `Stop it with Ctrl-C where it runs. If process ${pid} is something else, delete .patchbay/demo/demo.pid.`,
  );
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process is alive as well.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
