import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BOOTSTRAP_CALLER } from '@patchbay/core';
import type { JsonObject, MappingScope } from '@patchbay/mapping';
import { TemplatePool } from './template-pool.js';

const scope: MappingScope = { event: {}, data: { points: 5 }, enriched: {}, recipient: {}, brand: {} };

describe('the template thread', () => {
  let pool: TemplatePool;
  beforeAll(() => {
    pool = new TemplatePool();
  });
  afterAll(() => pool.onModuleDestroy());

  const render = (template: JsonObject): ReturnType<TemplatePool['render']> =>
    pool.render(BOOTSTRAP_CALLER, { template, options: {}, scope });

  it('renders a mapping, and says why one does not compile', async () => {
    expect(await render({ text: '{{ data.points }} points' })).toMatchObject({
      ...{ ok: true, result: { ok: true, message: { text: '5 points' } } },
      reads: [{ messagePath: 'text', read: 'data.points' }],
    });
    expect(await render({ text: '{{ nothing }}' })).toMatchObject({ ok: false, problem: { path: 'text' } });
  });

  it('judges filters', async () => {
    const judge = (when: JsonObject, hidden: string[][] = []) => pool.match(BOOTSTRAP_CALLER, { when, hidden, scope });
    expect(await judge({ 'data.points': 5 })).toEqual({ ok: true, kind: 'matched', clause: null });
    expect(await judge({ 'data.points': 6 })).toMatchObject({ kind: 'notMatched', clause: { actual: 5 } });
    expect(await judge({ 'data.points': 6 }, [['data', 'points']])).toMatchObject({ kind: 'undetermined' });
  });

  it('compiles any number of templates in their order', async () => {
    const source = (index: number): JsonObject => ({ [`f${index}`]: `{{ data.x${index} }}` });
    const tasks = Array.from({ length: 50 }, (_, at) => ({
      kind: 'mapping' as const,
      source: source(at),
      options: {},
    }));
    const results = await pool.compile(BOOTSTRAP_CALLER, tasks);
    expect(results).toEqual(tasks.map((_, at) => ({ ok: true, reads: [`data.x${at}`] })));
  });

  it('ends a task that takes too long, says what to do, and goes on with the next', async () => {
    const hurried = new TemplatePool(0);
    // A thousand texts of ten thousand characters: far more work than one turn of the event loop.
    const source = Object.fromEntries(
      Array.from({ length: 25 }, (_, at) => [`f${at}`, '{{ data.points }}'.repeat(588)] as const),
    );
    const tasks = Array.from({ length: 20 }, () => ({ kind: 'mapping' as const, source, options: {} }));
    try {
      await expect(hurried.compile(BOOTSTRAP_CALLER, tasks)).rejects.toMatchObject({
        status: 422,
        message: expect.stringContaining('took longer than'),
      });
    } finally {
      await hurried.onModuleDestroy();
    }
  });

  it('works for one key at a time, and refuses more than may wait', async () => {
    const all = await Promise.allSettled(Array.from({ length: 40 }, () => render({ text: '{{ data.points }}' })));
    const refused = all.filter((one) => one.status === 'rejected');
    expect(refused).toHaveLength(19);
    expect(refused[0]).toMatchObject({ reason: { status: 429 } });
  });
});
