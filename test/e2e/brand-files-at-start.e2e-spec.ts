import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import { runCli } from '../../apps/cli/src/testing/run-cli.js';
import { ACME_AUTH, acmeBrand, acmeEnv, pointsIssued } from './support/acme.js';
import { ADMIN_KEY, at, startTestHub, type TestHub } from './support/test-hub.js';

const GLOBEX = 'brand: globex\ntimezone: UTC\n';

describe('brand files at the start of a hub', () => {
  const env = acmeEnv('https://crm.acme.example/hooks');
  let first: TestHub;
  let second: TestHub | undefined;
  let brands: string;
  beforeEach(async () => {
    first = await startTestHub({ brands: { acme: acmeBrand(), globex: GLOBEX }, env });
    brands = join(first.configDirectory, 'brands');
  }, SERVICE_TIMEOUT_MS);
  afterEach(async () => {
    await second?.close();
    second = undefined;
    await first.close();
  }, SERVICE_TIMEOUT_MS);

  /** Stops the first hub, and starts another hub on its database and configuration folder. */
  async function restart(): Promise<TestHub> {
    await first.stop();
    second = await startTestHub({ databaseUrl: first.databaseUrl, configDirectory: first.configDirectory, env });
    return second;
  }
  const cli = (hub: TestHub, ...args: string[]) =>
    runCli(args, {
      env: { PATCHBAY_URL: hub.url, PATCHBAY_ADMIN_KEY: ADMIN_KEY, PATCHBAY_CONFIG: hub.configDirectory, ...env },
    });
  const readiness = async (hub: TestHub): Promise<unknown> => (await hub.admin('GET', '/health/ready')).body;
  const errors = (hub: TestHub): unknown[] =>
    hub.log.map((line) => JSON.parse(line) as unknown).filter((line) => at(line, 'level') === 'error');
  /** Pauses the destination of the brand `acme`, and stores this number of events for it. */
  async function fill(count: number): Promise<void> {
    expect((await first.admin('POST', '/v1/brands/acme/destinations/crm/pause', {})).status).toBe(200);
    const events = Array.from({ length: count }, (_, index) => pointsIssued(`event-${index}`));
    expect((await first.ingest('acme/capillary', events, ACME_AUTH)).status).toBe(202);
  }

  it.each([
    ['is missing', (folder: string) => renameSync(folder, `${folder}-elsewhere`), 'The brands folder is missing.'],
    [
      'is empty',
      (folder: string) => {
        rmSync(folder, { recursive: true });
        mkdirSync(folder);
      },
      'The brands folder holds no brand file.',
    ],
    [
      'cannot be read',
      (folder: string) => {
        rmSync(folder, { recursive: true });
        writeFileSync(folder, 'a file in the place of the folder');
      },
      'The brands folder cannot be read.',
    ],
    [
      'holds too many files',
      (folder: string) => {
        for (let index = 0; index <= 10_000; index += 1) writeFileSync(join(folder, `b${index}.yaml`), '');
      },
      'The brands folder holds more than 10000 brand files.',
    ],
  ])(
    'change nothing if the folder %s',
    async (_what, damage, problem) => {
      damage(brands);
      const hub = await restart();
      expect((await hub.ingest('acme/capillary', pointsIssued('event-1'), ACME_AUTH)).status).toBe(202);
      expect(await readiness(hub)).toMatchObject({ status: 'ok', configuration: expect.stringContaining(problem) });
      expect(errors(hub)).toContainEqual(expect.objectContaining({ msg: expect.stringContaining(problem) }));
      const { out, code } = await cli(hub, 'doctor');
      expect(out).toContain(`problem  configuration of the hub: ${problem}`);
      expect(code).toBe(1);
    },
    SERVICE_TIMEOUT_MS,
  );

  it(
    'do not keep each other from being applied',
    async () => {
      writeFileSync(join(brands, 'acme.yaml'), 'brand: acme\nnonsense: true\n');
      writeFileSync(join(brands, 'globex.yaml'), GLOBEX.replace('UTC', 'Asia/Dubai'));
      const hub = await restart();
      expect((await hub.ingest('acme/capillary', pointsIssued('event-1'), ACME_AUTH)).status).toBe(202);
      expect((await hub.admin('GET', '/v1/brands/globex')).body).toMatchObject({ timezone: 'Asia/Dubai' });
      expect(at(await readiness(hub), 'configuration')).toContain('1 brand file(s) are invalid');
    },
    SERVICE_TIMEOUT_MS,
  );

  it(
    'are skipped with one log line if their environment variables are not set',
    async () => {
      const demo = acmeBrand().replace('brand: acme', 'brand: demo').replaceAll('${env:', '${env:DEMO_');
      writeFileSync(join(brands, 'demo.yaml'), demo);
      const hub = await restart();
      const lines = hub.log.filter((line) => line.includes('demo.yaml')).map((line) => JSON.parse(line) as unknown);
      expect(lines).toEqual([
        expect.objectContaining({
          level: 'warn',
          msg: 'brand file skipped, its environment variables are not set',
          problems: expect.arrayContaining([expect.stringMatching(/demo\.yaml:\d+ .*DEMO_CRM_BEARER is not set/)]),
        }),
      ]);
      expect(errors(hub)).toEqual([]);
      expect(at(await readiness(hub), 'configuration')).toBeUndefined();
      expect((await hub.ingest('acme/capillary', pointsIssued('event-1'), ACME_AUTH)).status).toBe(202);
    },
    SERVICE_TIMEOUT_MS,
  );

  it(
    'disable no brand if their folder has moved and their environment variables are not set',
    async () => {
      const moved = `${first.configDirectory}-moved`;
      mkdirSync(join(moved, 'brands'), { recursive: true });
      const unset = acmeBrand().replaceAll('${env:', '${env:UNSET_');
      writeFileSync(join(moved, 'brands', 'acme.yaml'), unset);
      writeFileSync(join(moved, 'brands', 'globex.yaml'), GLOBEX);
      await first.stop();
      second = await startTestHub({ databaseUrl: first.databaseUrl, configDirectory: moved, env });
      expect((await second.ingest('acme/capillary', pointsIssued('event-1'), ACME_AUTH)).status).toBe(202);
      expect(at(await readiness(second), 'configuration')).toContain('1 brand file(s) are invalid');
      rmSync(moved, { recursive: true });
    },
    SERVICE_TIMEOUT_MS,
  );

  it(
    'are an error if their environment variables are not set and their brand is stored',
    async () => {
      writeFileSync(join(brands, 'acme.yaml'), acmeBrand().replace('${env:CRM_BEARER}', '${env:NOT_SET}'));
      const hub = await restart();
      expect(errors(hub)).toContainEqual(
        expect.objectContaining({ problems: [expect.stringContaining('variable NOT_SET is not set')] }),
      );
      expect(at(await readiness(hub), 'configuration')).toContain('1 brand file(s) are invalid');
      expect((await hub.ingest('acme/capillary', pointsIssued('event-1'), ACME_AUTH)).status).toBe(202);
    },
    SERVICE_TIMEOUT_MS,
  );

  it(
    'do not change a brand that needs a confirmation, and apply the others',
    async () => {
      await fill(3);
      writeFileSync(join(brands, 'acme.yaml'), acmeBrand().replaceAll('crm', 'crm-two'));
      writeFileSync(join(brands, 'globex.yaml'), GLOBEX.replace('UTC', 'Asia/Dubai'));
      const hub = await restart();
      const destinations = async () => (await hub.admin('GET', '/v1/brands/acme/destinations')).body;
      expect(await destinations()).toMatchObject({ data: [{ name: 'crm', disabled: false }] });
      expect((await hub.admin('GET', '/v1/brands/globex')).body).toMatchObject({ timezone: 'Asia/Dubai' });
      expect(errors(hub)).toContainEqual(
        expect.objectContaining({
          brand: 'acme',
          needs: ['3 waiting deliveries of acme/crm would be held'],
          confirmBy: `patchbay apply ${join(brands, 'acme.yaml')} --confirm 3`,
        }),
      );
      expect(at(await readiness(hub), 'configuration')).toContain('1 changed brand file(s) wait for a confirmation');
      expect((await hub.admin('GET', '/metrics')).text).toContain('\npatchbay_brands_unconfirmed 1\n');
      const { out } = await cli(hub, 'doctor');
      expect(out).toContain('problem  configuration of the hub: 1 changed brand file(s)');
      expect(out).toContain(
        '3 waiting deliveries of acme/crm would be held. To apply this: patchbay apply --confirm 3',
      );

      const refused = await cli(hub, 'apply');
      expect(refused).toMatchObject({
        code: 1,
        err: expect.stringContaining('To confirm: patchbay apply --confirm 3'),
      });
      expect(await destinations()).toMatchObject({ data: [{ name: 'crm', disabled: false }] });
      const few = await cli(hub, 'apply', '--confirm', '2', '--prune');
      expect(few.err).toContain('3 waiting deliveries of acme/crm would end');
      expect(few.err).toContain('To confirm: patchbay apply --prune --confirm 3');
      expect(await cli(hub, 'apply', '--confirm', '3')).toMatchObject({ code: 0, err: '' });
      expect(at(await readiness(hub), 'configuration')).toBeUndefined();
      expect((await hub.admin('GET', '/metrics')).text).toContain('\npatchbay_brands_unconfirmed 0\n');
    },
    SERVICE_TIMEOUT_MS,
  );

  it(
    'rename a destination and keep its waiting deliveries',
    async () => {
      await fill(2);
      const renamed = acmeBrand().replaceAll('crm', 'crm-two').replace('crm-two:', 'crm-two:\n    renamedFrom: crm');
      writeFileSync(join(brands, 'acme.yaml'), renamed);
      const hub = await restart();
      const { body } = await hub.admin('GET', '/v1/brands/acme/destinations');
      expect(at(body, 'data')).toMatchObject([{ name: 'crm-two', disabled: false, paused: true }]);
      const waiting = await hub.admin('GET', '/v1/brands/acme/deliveries?destination=crm-two');
      expect(at(waiting.body, 'data')).toHaveLength(2);
      expect(at(await readiness(hub), 'configuration')).toBeUndefined();
      expect(await cli(hub, 'apply')).toMatchObject({ code: 0, out: expect.stringContaining('Nothing to change') });
    },
    SERVICE_TIMEOUT_MS,
  );
});
