import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import { acmeBrand, acmeEnv } from './support/acme.js';
import { adminRoutes, callAs, makeKey } from './support/admin-routes.js';
import { at, startTestHub, type TestHub } from './support/test-hub.js';

describe('file names in API responses', () => {
  let hub: TestHub;
  beforeAll(async () => {
    const globex = acmeBrand().replace('brand: acme', 'brand: globex');
    hub = await startTestHub({ brands: { acme: acmeBrand(), globex }, env: acmeEnv('http://127.0.0.1:9/') });
  }, SERVICE_TIMEOUT_MS);
  afterAll(() => hub.close());

  it('are relative to the configuration folder, for every part of a brand', async () => {
    const { key } = await makeKey(hub, { role: 'viewer', brands: ['acme'] });
    expect(at((await callAs(hub, key, 'GET', '/v1/brands/acme')).body, 'file')).toBe('brands/acme.yaml');
    for (const part of ['sources', 'destinations', 'subscriptions']) {
      const { body } = await callAs(hub, key, 'GET', `/v1/brands/acme/${part}`);
      expect([part, at(body, 'data.0.file')]).toEqual([part, 'brands/acme.yaml']);
    }
  });

  it('never reveal where the hub is installed', async () => {
    const { key } = await makeKey(hub, { role: 'admin', brands: ['acme'] });
    const destination = String(at((await hub.admin('GET', '/v1/brands/acme/destinations')).body, 'data.0.name'));
    for (const { method, path } of adminRoutes(hub)) {
      const target = path.replace(':brand', 'acme').replace(':name', destination).replace(/:\w+/g, 'none');
      const body = ['POST', 'PATCH'].includes(method) ? {} : undefined;
      const { text } = await callAs(hub, key, method, target, body);
      expect([method, target, text]).toEqual([method, target, expect.not.stringContaining(hub.configDirectory)]);
    }
  });

  it('are relative in errors too, for a brand that another file manages', async () => {
    const file = join(hub.configDirectory, 'brands', 'other.yaml');
    const { status, text } = await hub.admin('POST', '/v1/apply', {
      files: [file, join(hub.configDirectory, 'brands', 'again.yaml')].map((one) => ({
        file: one,
        content: { brand: 'twice' },
      })),
    });
    expect([status, text]).toEqual([422, expect.stringContaining('brands/other.yaml')]);
    expect(text).not.toContain(hub.configDirectory);
  });
});
