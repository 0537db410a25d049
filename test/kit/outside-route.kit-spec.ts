import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSandbox, loadSandbox, type StartedSandbox } from '@patchbay/testing';
import { ROOT } from '../architecture/tree.js';
import { startTestHub, type TestHub } from '../e2e/support/test-hub.js';
import { installOffline, unpack } from './install-offline.js';
import { CLI, filesIn, mustPassAttw, mustPassPublint } from './packed.js';
import { mustRun } from './run.js';

const TYPE = 'acme-crm';
const PACKAGE = `patchbay-plugin-${TYPE}`;
const AUTH = { 'x-acme-token': 'invented-source-token' };

const brand = `
brand: acme
sources:
  capillary:
    adapter: capillary
    auth: { headers: { x-acme-token: ["\${env:ACME_TOKEN}"] } }
destinations:
  crm:
    type: ${TYPE}
    credentials: { apiKey: "\${env:CRM_KEY}" }
    settings: { baseUrl: "\${env:CRM_URL}" }
subscriptions:
  points: { source: capillary, events: [pointsIssued], destination: crm }
`;

describe('a plugin outside this repository', () => {
  const here = process.cwd();
  const root = mkdtempSync(join(tmpdir(), 'patchbay-outside-'));
  const folder = join(root, TYPE);
  const hubFolder = join(root, 'hub');
  let kit: readonly string[];

  beforeAll(async () => {
    await mustRun(process.execPath, [CLI, 'plugin', 'new', TYPE, '--category', 'commerce', '--into', root], ROOT);
    kit = readdirSync(join(folder, 'kit')).map((file) => join(folder, 'kit', file));
    await installOffline(folder);
  });
  afterAll(() => {
    process.chdir(here);
    rmSync(root, { recursive: true });
  });

  it('contains the kit, as archives that publint and attw accept', async () => {
    expect(kit).toHaveLength(2);
    for (const archive of kit) {
      await mustPassPublint(archive);
      await mustPassAttw(archive);
      const files = await filesIn(archive);
      expect(files).toEqual(expect.arrayContaining(['package/package.json', 'package/README.md', 'package/LICENSE']));
      expect(
        files.filter((file) => !/^package\/(package\.json|README\.md|LICENSE|dist\/.+\.(js|d\.ts))$/.test(file)),
      ).toEqual([]);
      expect(files.filter((file) => /\.spec\.|\/(services|examples)\//.test(file))).toEqual([]);
    }
  });

  it('passes its tests from its sources and as a built package', async () => {
    const output = await mustRun('npm', ['test'], folder);
    expect(output).toContain(`PASS sources ./${TYPE}.spec.ts`);
    expect(output).toContain(`PASS built dist/${TYPE}.spec.js`);
  });

  describe('packed and installed in a hub', () => {
    let vendor: StartedSandbox;
    let hub: TestHub;

    beforeAll(async () => {
      await mustRun('npm', ['pack', '--offline', '--pack-destination', root], folder);
      mkdirSync(hubFolder);
      await unpack(join(root, `${PACKAGE}-0.1.0.tgz`), hubFolder, PACKAGE);
      const sdk = kit.find((file) => file.includes('plugin-sdk')) ?? '';
      await unpack(sdk, hubFolder, '@patchbay/plugin-sdk');
      const definition = await loadSandbox(root, TYPE);
      if (definition === undefined) throw new Error('The new plugin has no sandbox.');
      vendor = await startSandbox(definition);
      // The hub resolves packages from its working directory.
      process.chdir(hubFolder);
      hub = await startTestHub({
        hubFile: `plugins: ["${PACKAGE}"]\n`,
        brands: { acme: brand },
        env: {
          ACME_TOKEN: AUTH['x-acme-token'],
          CRM_KEY: definition.credentials['apiKey'] as string,
          CRM_URL: vendor.sandbox.baseUrl,
        },
      });
    });
    afterAll(async () => {
      await hub.close();
      await vendor.stop();
    });

    it('contains only what the hub needs', () => {
      const installed = join(hubFolder, 'node_modules', PACKAGE);
      expect(readdirSync(installed).sort()).toEqual(['README.md', 'dist', 'logo.svg', 'mappings', 'package.json']);
      expect(readdirSync(join(installed, 'dist')).sort()).toEqual([`${TYPE}.dto.js`, 'index.js']);
    });

    it('is in the catalogue with its README and presets', async () => {
      const answer = await hub.admin('GET', `/v1/destination-types/${TYPE}`);
      expect(answer).toMatchObject({ status: 200, body: { type: TYPE, label: 'Acme CRM' } });
      expect(answer.text).toContain(readFileSync(join(folder, 'README.md'), 'utf8').slice(2, 10));
    });

    it('delivers one event to the vendor', async () => {
      const event = {
        eventName: 'pointsIssued',
        eventId: 'e-1',
        orgId: 100001,
        createdAt: 1_795_544_400_000,
        data: { customerIdentifiers: { customerId: 700100200 }, totalPointsIssued: 120, programCurrentPoints: 340 },
      };
      expect(await hub.ingest('acme/capillary', event, AUTH)).toMatchObject({ status: 202 });
      await vendor.sandbox.filled(1);
      expect(vendor.sandbox.violations).toEqual([]);
      expect(vendor.sandbox.inbox[0]?.request.jsonObject()).toMatchObject({
        customer: '700100200',
        attributes: { points: 340 },
      });
    });
  });
});
