import { describe, expect, it } from '@jest/globals';
import { hotConnectionProblem } from './hot-connection-problem.js';

const WORKS = { wrongSettings: [], keepsStatementNames: true, role: 'patchbay_hot' };

describe('hotConnectionProblem', () => {
  it('finds none on a connection to PostgreSQL, or on a pooler that tracks prepared statements', () => {
    expect(hotConnectionProblem(WORKS, false)).toBeNull();
    expect(hotConnectionProblem({ ...WORKS, keepsStatementNames: false }, true)).toBeNull();
  });

  it('names the wrong settings, and the statements that set them for the role', () => {
    const connection = { ...WORKS, wrongSettings: ['jit is on instead of off', 'enable_seqscan is on instead of off'] };
    const text = hotConnectionProblem(connection, true) ?? '';
    expect(text).toMatch(
      /^the connection pooler drops settings that the hub needs: jit is on instead of off, enable_seqscan is on instead of off\. .* RECONNECT\. /,
    );
    expect(text.split('\n')).toContain("ALTER ROLE patchbay_hot SET jit = 'off';");
    expect(hotConnectionProblem(connection, false)).toMatch(/^PostgreSQL, or a pooler in between, ignores settings/);
  });

  it('refuses a pooler that does not track prepared statements', () => {
    expect(hotConnectionProblem(WORKS, true)).toMatch(/max_prepared_statements = 200/);
  });
});
