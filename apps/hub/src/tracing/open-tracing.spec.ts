import { describe, expect, it, jest } from '@jest/globals';
import pino from 'pino';

// The module cannot be loaded, so every import of it fails.
jest.unstable_mockModule('./sdk/start-sdk.js', () => {
  throw new Error('OpenTelemetry was loaded');
});
const { openTracing } = await import('./open-tracing.js');
const logger = pino({ enabled: false });

describe('openTracing', () => {
  it('loads OpenTelemetry only if tracing is on', async () => {
    expect(await openTracing({ role: 'all' }, logger)).toBeNull();
    const tracing = { endpoint: '', protocol: 'http/json', sampler: 'always_on', ratio: 1 } as const;
    await expect(openTracing({ role: 'all', tracing }, logger)).rejects.toThrow('OpenTelemetry was loaded');
  });
});
