import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { AnswerMemory } from './answer-memory.js';
import { PerBrand } from './per-brand.js';
import { SharedLookups } from './shared-lookups.js';

function memory(also: Partial<ConstructorParameters<typeof AnswerMemory>[0]> = {}) {
  const clock = { now: 0 };
  const answers = new AnswerMemory<string>({
    ttlMs: 1_000,
    maxEntries: 3,
    maxCharacters: 1_600,
    now: () => clock.now,
    ...also,
  });
  return { answers, clock };
}

afterEach(() => {
  jest.useRealTimers();
});

describe('the memory of answers', () => {
  it('forgets an answer when its time is over, asked for or not', () => {
    jest.useFakeTimers();
    const { answers, clock } = memory();
    answers.set('a', 'A');
    clock.now = 999;
    expect(answers.get('a')).toBe('A');
    clock.now = 1_000;
    expect(answers.get('a')).toBeUndefined();
    expect(answers.size).toBe(0);

    answers.set('b', 'B');
    clock.now = 3_000;
    jest.advanceTimersByTime(2_000);
    expect(answers.size).toBe(0);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('is not prolonged by being asked', () => {
    const { answers, clock } = memory();
    answers.set('a', 'A');
    for (clock.now = 100; clock.now < 1_000; clock.now += 100) answers.get('a');
    expect(answers.get('a')).toBeUndefined();
  });

  it('lets go of what was not asked for longest', () => {
    const { answers } = memory();
    for (const key of ['a', 'b', 'c']) answers.set(key, key);
    answers.get('a');
    answers.set('d', 'd');
    expect(['a', 'b', 'c', 'd'].map((key) => answers.get(key))).toEqual(['a', undefined, 'c', 'd']);
  });

  it('is bounded by characters too, and takes no giant', () => {
    const { answers } = memory({ maxEntries: 1_000 });
    answers.set('giant', 'x'.repeat(200));
    expect(answers.get('giant')).toBeUndefined();
    for (let index = 0; index < 100; index++) answers.set(`k${index}`, 'x'.repeat(80));
    expect(answers.size).toBeLessThanOrEqual(20);
    expect(answers.get('k99')).toBeDefined();
  });

  it('remembers nothing where the time is 0', () => {
    const { answers } = memory({ ttlMs: 0 });
    answers.set('a', 'A');
    expect(answers.size).toBe(0);
  });
});

describe('shared lookups', () => {
  it('remember no failure and nothing that was not found', async () => {
    const lookups = new SharedLookups(memory().answers);
    const answers = [
      () => Promise.reject(new Error('away')),
      () => Promise.resolve(undefined),
      () => Promise.resolve('A'),
    ];
    let asked = 0;
    const find = () => lookups.find('a', () => answers[asked++]?.() ?? Promise.reject(new Error('asked too often')));
    await expect(Promise.all([find(), find()])).rejects.toThrow('away');
    expect(await find()).toBeUndefined();
    expect([await find(), await find()]).toEqual(['A', 'A']);
    expect(asked).toBe(3);
  });
});

describe('clients by brand', () => {
  it('are made anew only where the brand’s own part has changed', () => {
    const specs = new Map<string, { readonly url: string }>([['b1', { url: 'a' }]]);
    const clients = new PerBrand(
      (brandId) => specs.get(brandId),
      (spec) => ({ spec }),
    );
    const first = clients.get('b1');
    expect(clients.get('b2')).toBeUndefined();
    specs.set('b1', { url: 'a' });
    expect(clients.get('b1')).toBe(first);
    specs.set('b1', { url: 'b' });
    expect(clients.get('b1')).not.toBe(first);
    specs.delete('b1');
    expect(clients.get('b1')).toBeUndefined();
  });
});
