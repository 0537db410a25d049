import { describe, expect, it } from '@jest/globals';
import type { OpenDestination } from '@patchbay/core';
import { shareAwsCredentials } from './share-aws-credentials.js';
import { PluginCall } from './plugin-call.js';

const FOUND = {
  accessKeyId: 'ASIAINVENTEDHUB00001',
  secretAccessKey: 'invented/secret/of/the/hub',
  sessionToken: 'invented-session-token-of-the-hub',
};

describe('shareAwsCredentials', () => {
  let fetched = 0;
  const shared = { brands: ['acme'], fetch: () => Promise.resolve((fetched++, FOUND)) };
  const destinationOf = (brandName: string, credentials: OpenDestination['credentials']): OpenDestination => ({
    ...{ id: 'd', brandId: 'acme', brandName, type: 'aws-ses-email', version: 1, settings: {}, credentials },
  });
  const newCall = (): PluginCall => new PluginCall(1_000, new AbortController().signal);

  it('returns the credentials to a named brand whose destination asks for them, and redacts them', async () => {
    const call = newCall();
    expect(await shareAwsCredentials(shared, destinationOf('acme', { fromHub: true }), call)).toEqual(FOUND);
    const said = call.redact(`${FOUND.secretAccessKey} ${FOUND.sessionToken} ${FOUND.accessKeyId}`, 1_000);
    expect(said).not.toContain(FOUND.secretAccessKey);
    expect(said).not.toContain(FOUND.sessionToken);
    call.done();
  });

  it.each([
    ['another brand', shared, destinationOf('globex', { fromHub: true }), 'PATCHBAY_AWS_BRANDS'],
    ['every brand if the operator names none', undefined, destinationOf('acme', { fromHub: true }), 'PATCHBAY_AWS'],
    ['a destination with a key of its own', shared, destinationOf('acme', { accessKeyId: 'A' }), 'no fromHub: true'],
    ['a text instead of true', shared, destinationOf('acme', { fromHub: 'true' }), 'no fromHub: true'],
  ])('refuses %s, without looking for credentials', async (_name, port, destination, message) => {
    const call = newCall();
    fetched = 0;
    await expect(shareAwsCredentials(port, destination, call)).rejects.toMatchObject({
      kind: 'credentials',
      message: expect.stringContaining(message),
    });
    expect(fetched).toBe(0);
    call.done();
  });
});
