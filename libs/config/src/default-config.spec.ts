import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { loadBrandDirectory, type BrandDirectoryResult } from './index.js';
import { DEFAULT_HUB_SETTINGS } from './hub-file/hub-settings.js';
import { loadHubFile } from './hub-file/load-hub-file.js';
import { createSecretResolver } from './secrets/secret-resolver.js';
import { sampleChecks } from './testing/sample-checks.js';

const directory = fileURLToPath(new URL('../../../config', import.meta.url));
const demo = `${directory}/brands/demo.yaml`;
const env = {
  DEMO_SOURCE_TOKEN: 'invented-token',
  DEMO_WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 1).toString('base64')}`,
  DEMO_WEBHOOK_URL: 'http://127.0.0.1:4000/webhook',
  DEMO_TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
  DEMO_TWILIO_AUTH_TOKEN: 'invented-auth-token',
  DEMO_TWILIO_URL: 'http://127.0.0.1:4000/twilio',
  DEMO_SENDGRID_KEY: 'SG.invented',
  DEMO_SENDGRID_URL: 'http://127.0.0.1:4000/sendgrid',
};

function load(variables: Record<string, string>): BrandDirectoryResult {
  return loadBrandDirectory(`${directory}/brands`, {
    resolveSecret: createSecretResolver(variables),
    checks: sampleChecks,
  });
}

describe('the configuration in this repository', () => {
  it('sets only defaults in the hub file', () => {
    expect(loadHubFile(`${directory}/patchbay.yaml`)).toEqual({ settings: DEFAULT_HUB_SETTINGS, problems: [] });
  });

  it('contains only the demo brand, and its file is valid', () => {
    const { files, problems } = load(env);
    expect(problems).toEqual([]);
    expect(files.map(({ file }) => file)).toEqual([demo]);
    expect(files[0]?.definition.subscriptions.map(({ name }) => name)).toEqual([
      'everything-to-crm',
      'points-sms',
      'welcome-sms',
      'redeemed-sms',
      'big-purchase-sms',
    ]);
  });

  it('reports every missing variable with its line', () => {
    const lines = readFileSync(demo, 'utf8').split('\n');
    const { files, problems } = load({});
    expect(files).toEqual([]);
    expect(problems.map(({ message }) => /variable (\w+) is not set/.exec(message)?.[1])).toEqual(Object.keys(env));
    problems.forEach(({ line = 0 }, index) => {
      expect(lines[line - 1]).toContain(`\${env:${Object.keys(env)[index] ?? ''}}`);
    });
  });
});
