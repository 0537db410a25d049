import { createSecretResolver, readBrandSource } from '@patchbay/config';
import { describe, expect, it } from '@jest/globals';
import { devBrand } from './dev-brand.js';

const OPTIONS = {
  build: 3,
  type: 'acme-sms',
  credentials: { apiKey: 'invented-key', fromHub: false, signingSecrets: ['one', 'two'] },
  settings: { baseUrl: 'http://127.0.0.1:3001/acme-sms', maxSegments: 2 },
  crmUrl: 'http://127.0.0.1:4',
  sourceToken: 'invented-token',
};

describe('devBrand', () => {
  it('is a brand file without credentials, whose variables contain the values of the sandbox', () => {
    const { file, variables } = devBrand(OPTIONS);
    expect(JSON.stringify(file)).not.toMatch(/invented|"one"/);
    const { content, problems } = readBrandSource(
      JSON.stringify(file),
      'dev.yaml',
      createSecretResolver(variables, undefined),
    );
    expect(problems).toEqual([]);
    const { type, credentials, settings } = OPTIONS;
    expect(content).toMatchObject({ destinations: { 'build-3': { type, credentials, settings } } });
  });

  it('names the destination and the subscription after the build', () => {
    const { file } = devBrand({ ...OPTIONS, build: 4 });
    expect(file).toMatchObject({
      destinations: { 'build-4': {} },
      subscriptions: { 'build-4': { events: ['*'], destination: 'build-4' } },
    });
  });
});
