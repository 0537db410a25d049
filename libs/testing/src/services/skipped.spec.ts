import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { skip } from './skipped.js';

const ci = process.env['CI'];
beforeEach(() => {
  jest.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(() => {
  jest.restoreAllMocks();
  if (ci === undefined) delete process.env['CI'];
  else process.env['CI'] = ci;
});

describe('skip', () => {
  it('reports what is missing', () => {
    delete process.env['CI'];
    expect(skip('No server.')).toEqual({ skipped: 'No server.' });
    expect(process.stderr.write).toHaveBeenCalledWith(expect.stringContaining('SKIPPED: No server.'));
  });

  it('throws if CI is set', () => {
    process.env['CI'] = 'true';
    expect(() => skip('No server.')).toThrow('No server. (CI is set');
  });
});
