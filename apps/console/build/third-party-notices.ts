import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

const LICENCE_FILE = /^(licen[cs]e|copying)(\.|$)/i;

/** Writes `third-party.txt` with the licences of all packages that the bundle contains. */
export function thirdPartyNotices(): Plugin {
  return {
    name: 'patchbay-third-party-notices',
    apply: 'build',
    generateBundle() {
      const folders = new Set<string>();
      for (const id of this.getModuleIds()) {
        const folder = packageFolder(id);
        if (folder !== undefined) folders.add(folder);
      }
      const notices = [...folders].sort().map(notice);
      this.emitFile({ type: 'asset', fileName: 'third-party.txt', source: notices.join('\n\n') });
    },
  };
}

/** Returns the folder of the package to which a module belongs. Undefined if the module belongs to the console. */
function packageFolder(id: string): string | undefined {
  const match = /^(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/.exec(id.replace(/^\0/, ''));
  const folder = match?.[1];
  return folder !== undefined && existsSync(join(folder, 'package.json')) ? folder : undefined;
}

function notice(folder: string): string {
  const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((one) => LICENCE_FILE.test(one));
  const licence = file === undefined ? '' : `\n\n${readFileSync(join(folder, file), 'utf8').trim()}`;
  return `${textIn(manifest, 'name')} ${textIn(manifest, 'version')} (${textIn(manifest, 'license')})${licence}`;
}

function textIn(manifest: unknown, name: string): string {
  const value: unknown = typeof manifest === 'object' && manifest !== null ? Reflect.get(manifest, name) : undefined;
  return typeof value === 'string' ? value : '';
}
