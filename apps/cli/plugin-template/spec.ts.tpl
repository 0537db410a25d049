import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeDestination, PluginBench } from '@patchbay/testing/suite';
import __camel__ from './index.js';
import sandbox from './sandbox.js';

const folder = new URL('.', import.meta.url);

describeDestination(__camel__, { sandbox, folder });

describe('__type__', () => {
  let bench: PluginBench;

  beforeAll(async () => {
    bench = await PluginBench.start(folder, sandbox);
  });
  afterAll(async () => {
    await bench.stop();
  });

  it('sends the delivery id as reference', async () => {
    await bench.deliver({ deliveryId: 'the-delivery' });
    expect(bench.sandbox.requests.at(-1)?.jsonObject()).toMatchObject({ reference: 'the-delivery' });
  });
});
