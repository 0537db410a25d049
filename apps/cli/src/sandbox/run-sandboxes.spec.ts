import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { loadEnvironment, readBrandSource } from '@patchbay/config';
import { isJsonObject, jsonObjectIn, type JsonObject } from '@patchbay/plugin-sdk';
import { discoverSandboxes } from '@patchbay/testing';
import { until } from '@patchbay/testing/services';
import { objectAt, objectsAt, textAt } from '../api/json-reading.js';
import { ROOT } from '../demo/repository.js';
import { Reporter } from '../output/reporter.js';
import { runSandboxes } from './run-sandboxes.js';

const pluginsDir = join(ROOT, 'plugins');

describe('patchbay sandbox', () => {
  const stop = new AbortController();
  let ended: Promise<void> = Promise.resolve();
  let out = '';
  // Loading the plugins takes seconds on a busy machine, so the wait for the addresses does not include it.
  beforeAll(() => discoverSandboxes(pluginsDir));
  afterEach(async () => {
    stop.abort();
    await ended;
  });

  function start(json: boolean, types: readonly string[] = [], signal = stop.signal): Promise<void> {
    const stream = { write: (text: string) => (out += text), isTTY: false };
    const reporter = new Reporter({ env: {}, stdout: stream, stderr: stream }, json);
    return runSandboxes(reporter, { pluginsDir, types, port: 0, signal });
  }

  it('prints destinations that a brand file can contain, and serves the vendors until it is stopped', async () => {
    ended = start(false);
    await until(() => out.includes('Ctrl-C'), { what: 'the addresses' });
    const yaml = /^destinations:\n(?: .*\n)+/m.exec(out)?.[0] ?? '';
    const { content, problems } = readBrandSource(`brand: acme\n${yaml}`, 'acme.yaml', () => ({ value: '' }));
    expect(problems).toEqual([]);
    const destinations = objectAt(isJsonObject(content) ? content : {}, 'destinations') ?? {};
    expect(Object.keys(destinations)).toEqual(expect.arrayContaining(['twilio-sms', 'aws-ses-email', 'webhook']));

    const twilio = objectAt(destinations, 'twilio-sms') ?? {};
    const url = textAt(objectAt(twilio, 'settings'), 'baseUrl') ?? '';
    expect(out).toContain(`twilio-sms: # Twilio, ${url}`);
    expect(await twilioAccepts(url, objectAt(twilio, 'credentials') ?? {})).toBe(201);

    stop.abort();
    await ended;
    await expect(fetch(url)).rejects.toThrow();
  });

  it('prints one vendor as JSON, with the variables of a hub that uses the sandboxes', async () => {
    out = '';
    await start(true, ['kaleyra-sms'], AbortSignal.abort());
    const document = jsonObjectIn(out);
    expect(objectsAt(document, 'vendors')).toMatchObject([{ type: 'kaleyra-sms', label: 'Kaleyra' }]);
    const environment = objectAt(document, 'environment') ?? {};
    const variables = Object.fromEntries(Object.keys(environment).map((name) => [name, textAt(environment, name)]));
    const { demoSandboxes, egressAllow } = loadEnvironment(variables);
    expect(demoSandboxes).toHaveProperty('twilio-sms');
    expect(egressAllow).toEqual(['127.0.0.1/32']);
  });

  it('names the types if the given type has no sandbox', async () => {
    await expect(start(false, ['twillio-sms'])).rejects.toMatchObject({
      message: 'twillio-sms has no sandbox.',
      hint: expect.stringContaining('twilio-sms'),
      exitCode: 2,
    });
  });
});

async function twilioAccepts(url: string, credentials: JsonObject): Promise<number> {
  const account = textAt(credentials, 'accountSid') ?? '';
  const password = `${account}:${textAt(credentials, 'authToken') ?? ''}`;
  const { status } = await fetch(`${url}/2010-04-01/Accounts/${account}/Messages.json`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(password).toString('base64')}` },
    body: new URLSearchParams({ To: '+919000000001', From: '+15005550006', Body: 'Hello' }),
  });
  return status;
}
