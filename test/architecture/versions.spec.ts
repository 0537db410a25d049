import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { foldersIn, ROOT } from './tree.js';

interface Manifest {
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

const readManifest = (path: string): Manifest => JSON.parse(readFileSync(join(ROOT, path), 'utf8')) as Manifest;

const VERSION = readManifest('package.json').version;
const WORKSPACES = [
  ...['apps', 'libs'].flatMap((parent) =>
    foldersIn(join(ROOT, parent)).map((name) => `${parent}/${name}/package.json`),
  ),
  'plugins/package.json',
].filter((path) => existsSync(join(ROOT, path)));

describe('the version of the repository', () => {
  it.each(WORKSPACES)('is in %s, and in its dependencies on other workspaces', (path) => {
    const { version, dependencies, devDependencies, peerDependencies } = readManifest(path);
    const ours = Object.entries({ ...dependencies, ...devDependencies, ...peerDependencies })
      .filter(([name]) => name.startsWith('@patchbay/'))
      .map(([, wanted]) => wanted);
    expect([version, ...ours]).toEqual([version, ...ours].map(() => VERSION));
  });

  it('is in the chart, and in the images of the documentation and of Docker Compose', () => {
    const chart: unknown = parse(readFileSync(join(ROOT, 'deploy/chart/Chart.yaml'), 'utf8'));
    expect(chart).toMatchObject({ version: VERSION, appVersion: VERSION });
    for (const path of ['docs/deployment.md', 'docker-compose.yml']) {
      const text = readFileSync(join(ROOT, path), 'utf8');
      const tags = [...text.matchAll(/(?:patchbay|\$REPOSITORY):(\d+\.\d+\.\d+)/g)].map(([, tag]) => tag);
      expect({ path, tags: new Set(tags) }).toEqual({ path, tags: new Set([VERSION]) });
    }
  });
});
