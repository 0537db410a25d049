/**
 * Measures the time that the plugin host adds to one `deliver`, in microseconds. The time includes message validation,
 * the plugin's classes, the context, the time limit and the outcome. Uses the webhook plugin with an empty `deliver`.
 */
import { fileURLToPath } from 'node:url';
import { InProcessLocks, systemClock } from '@patchbay/core';
import { createEgressPolicy } from '@patchbay/http';
import { discoverPlugins, PluginGateway, PluginRuntime, TokenCache } from '@patchbay/plugin-host';
import { event, renderMessage } from '../workload/delivery.mjs';
import { cpuMicrosecondsOf } from './cpu-time.mjs';

const pluginsDir = fileURLToPath(new URL('../../../plugins', import.meta.url));
const quiet = () => undefined;
const logger = { info: quiet, warn: quiet, error: quiet };
const plugins = await discoverPlugins({ pluginsDir, packages: [] });
const webhook = plugins.find(({ definition }) => definition.type === 'webhook');
const result = { response: { status: 200, body: '{"ok":true}' } };
const idle = { ...webhook, definition: { ...webhook.definition, deliver: async () => result } };
const ports = { egress: createEgressPolicy(''), logger, locks: new InProcessLocks(), clock: systemClock };
const gateway = new PluginGateway([new PluginRuntime(idle, ports, new TokenCache())], logger);

const request = {
  destination: {
    id: 'destination-1',
    brandId: 'brand-1',
    type: 'webhook',
    version: 1,
    credentials: { signingSecrets: ['whsec_YmVuY2htYXJrLXNpZ25pbmctc2VjcmV0LTAwMDAwMDAx'] },
    settings: { url: 'https://example.com/events' },
    timeoutMs: 15_000,
  },
  message: renderMessage(),
  event,
  lookedUp: { enriched: {}, recipient: { phone: '+919000000001', email: 'asha@example.com', firstName: 'Asha' } },
  delivery: { id: 'delivery-1', attempt: 1, idempotencyKey: 'delivery-1' },
  signal: new AbortController().signal,
};

async function deliver() {
  const problems = gateway.checkMessage('webhook', request.message);
  const outcome = await gateway.deliver(request);
  if (problems.length > 0 || outcome.kind !== 'accepted') throw new Error(JSON.stringify([problems, outcome]));
}

process.send(await cpuMicrosecondsOf(deliver));
process.disconnect();
