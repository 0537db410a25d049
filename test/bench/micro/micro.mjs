import { Child } from '../machine/children.mjs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const script = (name) => fileURLToPath(new URL(`${name}.mjs`, import.meta.url));

/**
 * Runs the benchmark of each single function in a separate process, so that compiled code of one function does not
 * affect another.
 */
export async function measureMicro() {
  const folder = mkdtempSync(join(tmpdir(), 'patchbay-micro-'));
  try {
    return { mapping: await measured('mapping', folder), pluginHost: await measured('plugin-host', folder) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function measured(name, folder) {
  const child = Child.node(name, [script(name)], { env: { NODE_ENV: 'production' }, log: join(folder, `${name}.log`) });
  const result = await child.ready();
  await child.gone;
  return result;
}
