import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createSecretResolver, loadBrandText } from '@patchbay/config';
import { InProcessLocks, systemClock } from '@patchbay/core';
import { createEgressPolicy } from '@patchbay/http';
import { compileTask } from '@patchbay/mapping';
import { discoverPlugins, PluginGateway, PluginRuntime, TokenCache } from '@patchbay/plugin-host';
import { sourceAdapters } from '@patchbay/sources';
import { discoverSandboxes } from '@patchbay/testing';
import { parse, stringify } from 'yaml';
import { ROOT } from '../architecture/tree.js';
import { merged, type Mapping } from './merge.js';
import { treatedBlocks } from './run/treatments.js';

const logger = { info: () => undefined, warn: () => undefined, error: () => undefined };
const plugins = await discoverPlugins({ pluginsDir: resolve('plugins'), packages: [], fromSources: true });
const ports = { egress: createEgressPolicy(''), logger, locks: new InProcessLocks(), clock: systemClock };
const gateway = new PluginGateway(
  plugins.map((plugin) => new PluginRuntime(plugin, ports, new TokenCache(() => systemClock.now()))),
  logger,
);
const types = gateway.catalogue().map(({ type }) => type);
const sandboxes = await discoverSandboxes(resolve('plugins'));
const base = parse(readFileSync(join(ROOT, 'test/docs/run/base-brand.yaml'), 'utf8')) as Mapping;

/** Returns an invented credential of a sandbox in the format that the vendor requires. */
function invented(type: string, field: string): string {
  const value = sandboxes.find((sandbox) => sandbox.type === type)?.credentials[field];
  return typeof value === 'string' ? value : '';
}

const env = {
  ...{
    ACME_TOKEN: 'invented-source-token',
    CRM_TOKEN: 'invented-crm-token',
    CAP_KEY: 'invented-key',
    CAP_SECRET: 'invented-secret',
  },
  ...{ TWILIO_SID: invented('twilio-sms', 'accountSid'), TWILIO_TOKEN: invented('twilio-sms', 'authToken') },
  FCM_SERVICE_ACCOUNT: invented('fcm-push', 'serviceAccount'),
  SENDGRID_KEY: invented('sendgrid-email', 'apiKey'),
  ...{
    MEDALLIA_ID: invented('medallia-survey', 'clientId'),
    MEDALLIA_SECRET: invented('medallia-survey', 'clientSecret'),
  },
};

describe('parts of a brand file in the pages, in a complete brand file', () => {
  const parts = treatedBlocks().flatMap(({ page, line, text, treatment }) =>
    treatment?.kind === 'brand' ? [{ at: `${page}:${String(line)}`, text, inside: treatment.inside }] : [],
  );

  it.each(parts)('$at is valid', ({ text, inside }) => {
    const part = parse(text) as Mapping;
    const names = inside === '' ? [] : inside.split('.');
    const whole = names.reduceRight<Mapping>((below, name) => ({ [name]: below }), part);
    const { problems, warnings } = loadBrandText(
      stringify(merged(base, whole), { aliasDuplicateObjects: false }),
      'acme.yaml',
      {
        resolveSecret: createSecretResolver(env),
        checks: {
          adapters: sourceAdapters(),
          destinations: gateway,
          hasPublicUrl: true,
          sharesAwsCredentials: () => false,
          destinationTypes: () => types,
          compile: compileTask,
          secretFields: (type) => gateway.secretPaths(type).credentials,
        },
      },
    );
    expect([...problems, ...warnings].map(({ field, message }) => `${field}: ${message}`)).toEqual([]);
  });
});
