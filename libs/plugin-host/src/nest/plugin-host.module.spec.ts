import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { InProcessLocks } from '@patchbay/core';
import { Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { createEgressPolicy } from '@patchbay/http';
import { PluginBootError } from '../discovery/plugin-problem.js';
import { PluginGateway } from '../plugin-gateway.js';
import type { HostLogger } from '../runtime/host-ports.js';
import { PluginReloader } from '../runtime/plugin-reloader.js';
import { PluginHostModule } from './plugin-host.module.js';

const fixtures = join(import.meta.dirname, '../../fixtures');
const LOGGER = Symbol('logger');
const quiet: HostLogger = { info: () => undefined, warn: () => undefined, error: () => undefined };

@Module({ providers: [{ provide: LOGGER, useValue: quiet }], exports: [LOGGER] })
class LoggerModule {}

const hostOf = (folder: string) =>
  PluginHostModule.forRootAsync({
    locations: { pluginsDir: join(fixtures, folder), packages: [] },
    imports: [LoggerModule],
    inject: [LOGGER],
    useFactory: (logger: HostLogger) => ({
      egress: createEgressPolicy(),
      logger,
      locks: new InProcessLocks(),
      clock: { now: () => 0 },
    }),
  });

describe('PluginHostModule', () => {
  it('provides a gateway to all plugins', async () => {
    const app = await Test.createTestingModule({ imports: [await hostOf('good')] }).compile();
    const gateway = app.get(PluginGateway);
    expect(gateway.facts('echo')).toMatchObject({ type: 'echo', hasStatusCallback: false });
    expect(gateway.facts('echo')?.preset('pointsIssued')).toMatchObject({
      text: '{{ data.totalPointsIssued }} points',
    });
    expect(gateway.facts('echo')?.preset('anything')).toMatchObject({ text: '{{ event.type }}' });
    expect(gateway.facts('fax')).toBeUndefined();
    expect(gateway.checkMessage('echo', { to: '+15005550006', text: 'x' })).toEqual([]);
    expect(gateway.checkCredentials('echo', {})).toEqual([{ field: 'key', message: 'is required', missing: true }]);
    expect(gateway.checkSettings('fax', {})).toEqual([
      { field: 'type', message: 'no plugin provides "fax"; use one of echo', missing: false },
    ]);
    expect(gateway.secretPaths('echo')).toEqual({ credentials: ['key'], settings: [] });
    await app.close();
  });

  it('describes every type as plain data', async () => {
    const app = await Test.createTestingModule({ imports: [await hostOf('good')] }).compile();
    const catalogue = app.get(PluginGateway).catalogue();
    expect(JSON.parse(JSON.stringify(catalogue))).toEqual(catalogue);
    expect(catalogue).toMatchObject([
      {
        type: 'echo',
        category: 'webhook',
        credentials: { fields: [{ name: 'key', secret: true }], schema: { properties: { key: { 'x-secret': true } } } },
        presets: { '*': {}, pointsIssued: {}, transactionAdded: {} },
        statusCallback: false,
        readme: expect.stringContaining('# Echo'),
      },
    ]);
    await app.close();
  });

  it('replaces a plugin that is loaded again, unless the new one is invalid', async () => {
    const app = await Test.createTestingModule({ imports: [await hostOf('good')] }).compile();
    const labels = () =>
      app
        .get(PluginGateway)
        .catalogue()
        .map(({ label }) => label);
    const reload = (folder: string) =>
      app.get(PluginReloader).reload({ pluginsDir: join(fixtures, folder), packages: [] });
    const before = labels();
    await expect(reload('bad')).rejects.toThrow(PluginBootError);
    expect(labels()).toEqual(before);
    await reload('changed');
    expect(labels()).toEqual(['Changed echo']);
    await app.close();
  });

  it('does not start if a plugin is invalid', async () => {
    await expect(hostOf('bad')).rejects.toThrow(PluginBootError);
  });
});
