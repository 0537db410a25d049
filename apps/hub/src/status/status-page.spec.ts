import { describe, expect, it } from '@jest/globals';
import { statusPage } from './status-page.js';

describe('statusPage', () => {
  it('links to the API, and in the demo also to the inbox', () => {
    expect(statusPage({ ready: true, role: 'all' })).not.toContain('inbox');
    const page = statusPage({ ready: true, role: 'all', inboxUrl: 'http://127.0.0.1:3001/?a="b"&c' });
    expect(page).toContain('href="http://127.0.0.1:3001/?a=&quot;b&quot;&amp;c"');
    expect(page).toContain('href="/docs"');
  });

  it('reports an unavailable database', () => {
    expect(statusPage({ ready: false, role: 'api' })).toContain('its database is not available');
  });
});
