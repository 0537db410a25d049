import type { JsonObject } from '@patchbay/core';
import type { SandboxHub } from '@patchbay/testing';
import { apiPath } from '../api/api-path.js';
import type { HubClient } from '../api/hub-client.js';
import { textsAt } from '../api/json-reading.js';
import type { Reporter } from '../output/reporter.js';
import type { DemoVendor } from './demo-brand.js';

/** Brand that the demo registers at the sandbox of Capillary. */
export const CAPILLARY_BRAND = 'loyalty';

/** Registration to show: the hub, the sandbox of Capillary, the account of a webhook, and the event that is sent. */
export interface DemoRegistration {
  readonly client: Pick<HubClient, 'post'>;
  readonly capillary: SandboxHub['capillary'];
  readonly webhook: DemoVendor;
  readonly event: JsonObject;
}

/**
 * Creates a brand with access to the sandbox of Capillary, lets the hub register itself, and lets Capillary send an
 * event. Prints what happened.
 * @returns problems; empty if the hub accepted the event
 */
export async function registerAtCapillary(
  { client, capillary: { api, state }, webhook, event }: DemoRegistration,
  reporter: Reporter,
): Promise<readonly string[]> {
  const { paint } = reporter;
  const { type, credentials, settings } = webhook;
  const mapping = { body: { points: '{{ data.totalPointsIssued }}' } };
  await client.post(apiPath('/v1/brands'), {
    name: CAPILLARY_BRAND,
    platform: { capillary: { ...api.settings, ...api.credentials } },
  });
  const source = { name: 'capillary', adapter: 'capillary', auth: { generated: true } };
  await client.post(apiPath('/v1/brands/{brand}/sources', { brand: CAPILLARY_BRAND }), source);
  await client.post(apiPath('/v1/brands/{brand}/destinations', { brand: CAPILLARY_BRAND }), {
    name: 'crm',
    type,
    credentials,
    settings,
  });
  await client.post(apiPath('/v1/brands/{brand}/subscriptions', { brand: CAPILLARY_BRAND }), {
    ...{ name: 'points', source: 'capillary', events: ['pointsIssued'], destination: 'crm', mapping },
  });
  const plan = await client.post(apiPath('/v1/brands/{brand}/capillary/register', { brand: CAPILLARY_BRAND }));
  const calls = await state.events.emit(event);
  const accepted = calls.length === 1 && calls[0]?.status === 202;
  const problems = [...(accepted ? [] : ['the hub did not accept the event of Capillary']), ...api.violations];
  for (const line of [
    paint.bold('Capillary'),
    `   ${paint.dim('The hub creates its webhook at a sandbox of Capillary, which then sends an event.')}`,
    '',
    `   ${paint.good('✓')} webhook created for ${textsAt(plan, 'eventNames').join(', ')}, with a generated secret`,
    ...(problems.length === 0 ? [`   ${paint.good('✓')} Capillary sent pointsIssued, and the hub answered 202`] : []),
    ...problems.map((problem) => `   ${paint.bad(`! ${problem}`)}`),
    '',
  ]) {
    reporter.line(line);
  }
  return problems;
}
