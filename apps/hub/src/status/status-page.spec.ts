import { describe, expect, it } from '@jest/globals';
import { statusPage } from './status-page.js';

describe('the status page', () => {
  it('leads to the API, and to the inbox in the demo alone', () => {
    expect(statusPage({ ready: true, role: 'all' })).not.toContain('inbox');
    const page = statusPage({ ready: true, role: 'all', inboxUrl: 'http://127.0.0.1:3001/?a="b"&c' });
    expect(page).toContain('href="http://127.0.0.1:3001/?a=&quot;b&quot;&amp;c"');
    expect(page).toContain('href="/docs"');
  });

  it('says so when the database is away', () => {
    expect(statusPage({ ready: false, role: 'api' })).toContain('its database does not answer');
  });
});
