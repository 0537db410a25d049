import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { engineFor } from '../liquid/engine.js';
import { MAPPING_LIMITS } from '../limits.js';
import { compileMapping } from './compile-mapping.js';
import { spend } from './render.js';

const scope = { event: {}, data: { name: 'Ann', list: [1, 2, 3] }, enriched: {}, recipient: {}, brand: {} };

afterEach(() => {
  jest.restoreAllMocks();
});

describe('a render', () => {
  it('stops early when the message is certainly too long', () => {
    const run = { engine: engineFor({ timezone: 'UTC' }), deadline: 0, maxBytes: 0 };
    const collect = (): void => {
      for (let item = 0; item < MAPPING_LIMITS.messageBytes; item++) spend(run, 25);
    };
    expect(collect).toThrow('longer than 256 kB');
  });

  it.each(['{{ data.name | upcase }}', '{% if data.name %}{{ data.name }}{% endif %}'])(
    'stops at its time limit: %s',
    (templateString) => {
      let now = 0;
      jest.spyOn(performance, 'now').mockImplementation(() => (now += MAPPING_LIMITS.messageMs));
      const result = compileMapping({ x: templateString }).render(scope);
      expect(result).toMatchObject({ ok: false, problem: { path: 'x' } });
      expect(result).toHaveProperty('problem.message', expect.stringContaining('takes too long'));
    },
  );

  it('checks the time limit for each item of a list', () => {
    let now = 0;
    jest.spyOn(performance, 'now').mockImplementation(() => (now += MAPPING_LIMITS.messageMs / 3));
    const result = compileMapping({ x: { $each: '{{ data.list }}', do: '{{ item }}' } }).render(scope);
    expect(result).toHaveProperty('problem.message', expect.stringContaining('takes too long'));
  });

  it('is repeated once after a timeout', () => {
    const times = [0, MAPPING_LIMITS.messageMs];
    jest.spyOn(performance, 'now').mockImplementation(() => times.shift() ?? MAPPING_LIMITS.messageMs);
    expect(compileMapping({ x: '{{ data.name | upcase }}' }).render(scope)).toEqual({
      ok: true,
      message: { x: 'ANN' },
    });
    expect(times).toEqual([]);
  });
});
