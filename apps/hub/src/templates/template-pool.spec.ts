import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BOOTSTRAP_CALLER } from '@patchbay/core';
import type { JsonObject, MappingScope } from '@patchbay/mapping';
import { TemplatePool } from './template-pool.js';

const scope: MappingScope = { event: {}, data: { points: 5 }, enriched: {}, recipient: {}, brand: {} };

describe('TemplatePool', () => {
  let pool: TemplatePool;
  beforeAll(() => {
    pool = new TemplatePool();
  });
  afterAll(() => pool.onModuleDestroy());

  const render = (template: JsonObject): ReturnType<TemplatePool['render']> =>
    pool.render(BOOTSTRAP_CALLER, { template, options: {}, scope });

  it('renders a mapping, and returns the reason if it does not compile', async () => {
    expect(await render({ text: '{{ data.points }} points' })).toMatchObject({
      ...{ ok: true, result: { ok: true, message: { text: '5 points' } } },
      reads: [{ messagePath: 'text', read: 'data.points' }],
    });
    expect(await render({ text: '{{ nothing }}' })).toMatchObject({ ok: false, problem: { path: 'text' } });
  });

  it('evaluates filters', async () => {
    const judge = (when: JsonObject, hidden: string[][] = []) => pool.match(BOOTSTRAP_CALLER, { when, hidden, scope });
    expect(await judge({ 'data.points': 5 })).toEqual({ ok: true, kind: 'matched', clause: null });
    expect(await judge({ 'data.points': 6 })).toMatchObject({ kind: 'notMatched', clause: { actual: 5 } });
    expect(await judge({ 'data.points': 6 }, [['data', 'points']])).toMatchObject({ kind: 'undetermined' });
  });

  it('compiles many templates and returns results in order', async () => {
    const source = (index: number): JsonObject => ({ [`f${index}`]: `{{ data.x${index} }}` });
    const tasks = Array.from({ length: 50 }, (_, at) => ({
      kind: 'mapping' as const,
      source: source(at),
      options: {},
    }));
    const results = await pool.compile(BOOTSTRAP_CALLER, tasks);
    expect(results).toMatchObject(tasks.map((_, at) => ({ ok: true, reads: [`data.x${at}`] })));
  });

  it('stops a task that exceeds the time limit, with a hint', async () => {
    const limited = new TemplatePool(0);
    // 500 texts of 10,000 characters take far longer than one event loop turn.
    const source = Object.fromEntries(
      Array.from({ length: 25 }, (_, at) => [`f${at}`, '{{ data.points }}'.repeat(588)] as const),
    );
    const tasks = Array.from({ length: 20 }, () => ({ kind: 'mapping' as const, source, options: {} }));
    try {
      await expect(limited.compile(BOOTSTRAP_CALLER, tasks)).rejects.toMatchObject({
        status: 422,
        message: expect.stringContaining('took longer than'),
      });
    } finally {
      await limited.onModuleDestroy();
    }
  });

  it('runs one task per key at a time and limits the waiting tasks', async () => {
    const all = await Promise.allSettled(Array.from({ length: 40 }, () => render({ text: '{{ data.points }}' })));
    const refused = all.filter((one) => one.status === 'rejected');
    expect(refused).toHaveLength(19);
    expect(refused[0]).toMatchObject({ reason: { status: 429 } });
  });
});
