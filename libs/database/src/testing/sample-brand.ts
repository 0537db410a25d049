import type { BrandDefinition, BrandFile, DestinationSpec, SubscriptionSpec } from '@patchbay/core';

/** Returns the brand file `acme.yaml` with one source, one destination and one subscription. */
export function acme(overrides: Partial<BrandDefinition> = {}): BrandFile {
  return {
    file: 'config/brands/acme.yaml',
    definition: {
      brand: 'acme',
      timezone: 'Asia/Kolkata',
      privacy: { mode: 'standard', keep: [], personal: [] },
      retentionDays: 30,
      recipients: { order: ['event'] },
      sources: [{ name: 'capillary', adapter: 'capillary', auth: { bearer: ['source-secret'] } }],
      destinations: [hook()],
      subscriptions: [points()],
      ...overrides,
    },
  };
}

/** Returns a webhook destination. */
export function hook(overrides: Partial<DestinationSpec> = {}): DestinationSpec {
  return {
    name: 'hook',
    type: 'webhook',
    credentials: { bearer: 'destination-secret' },
    settings: { url: 'https://hooks.example.com/in' },
    limits: { ratePerSecond: 10 },
    retry: { scheduleMs: [0, 5_000] },
    ...overrides,
  };
}

/** Returns a subscription that sends the points events of the source `capillary` to the destination `hook`. */
export function points(overrides: Partial<SubscriptionSpec> = {}): SubscriptionSpec {
  return {
    name: 'points',
    source: 'capillary',
    events: ['points*'],
    destination: 'hook',
    mapping: { to: 'x', body: '{{ data.totalPointsIssued }}' },
    ...overrides,
  };
}
