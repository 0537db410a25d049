import { describe, expect, it } from '@jest/globals';
import { demoEnvironment } from './demo-environment.js';

describe('demoEnvironment', () => {
  it('removes variables of a real hub, and uses only addresses of this machine', () => {
    const own = {
      PATH: '/bin',
      DATABASE_URL: 'postgres://real',
      REDIS_URL: 'redis://real',
      PATCHBAY_MASTER_KEY: 'real',
      PATCHBAY_SECRETS_DIR: '/real',
      PORT: '80',
      LOG_LEVEL: 'trace',
      UNSET: undefined,
    };
    const options = {
      port: 3000,
      configDirectory: '/demo/config',
      adminKey: 'key',
      inboxUrl: 'http://127.0.0.1:3001',
      sandboxes: new Map([
        ['echo', { type: 'echo', credentials: { key: 'k' }, settings: { baseUrl: 'http://127.0.0.1:3001/echo' } }],
      ]),
      variables: { DEMO_TOKEN: 'token' },
    };
    expect(demoEnvironment(own, options)).toEqual({
      PATH: '/bin',
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      PORT: '3000',
      PATCHBAY_CONFIG: '/demo/config',
      PATCHBAY_ADMIN_KEY: 'key',
      PATCHBAY_PUBLIC_URL: 'http://127.0.0.1:3000',
      PATCHBAY_DEMO_INBOX_URL: 'http://127.0.0.1:3001',
      PATCHBAY_DEMO_SANDBOXES:
        '{"echo":{"credentials":{"key":"k"},"settings":{"baseUrl":"http://127.0.0.1:3001/echo"}}}',
      PATCHBAY_EGRESS_ALLOW: '127.0.0.1/32',
      DEMO_TOKEN: 'token',
    });
  });
});
