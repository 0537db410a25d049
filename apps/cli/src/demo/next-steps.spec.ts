import { describe, expect, it } from '@jest/globals';
import { createPaint } from '../output/paint.js';
import { nextStepLines } from './next-steps.js';

const plain = createPaint({}, { write: () => undefined });
const access = {
  ...{ hubUrl: 'http://127.0.0.1:3000', inboxUrl: 'http://127.0.0.1:3001/', log: '/tmp/hub.log' },
  ...{ adminKey: 'invented-admin-key-0001', sourceToken: 'invented-source-token' },
};

describe('nextStepLines', () => {
  it('prints the link that signs in to the console, alone on its line, and how to get another', () => {
    const url = 'http://127.0.0.1:3000/console/sign-in#token=one-time';
    const lines = nextStepLines(access, { url, expiresAt: '2026-11-30T08:30:00.000Z' }, plain);
    expect(lines.filter((line) => line.includes(url))).toEqual([`   console  ${url}`]);
    expect(lines.join('\n')).toContain(
      'PATCHBAY_URL=http://127.0.0.1:3000 PATCHBAY_ADMIN_KEY=invented-admin-key-0001 npx patchbay console',
    );
  });
});
