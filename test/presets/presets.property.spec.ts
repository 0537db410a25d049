import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { InProcessLocks, systemClock } from '@patchbay/core';
import { createEgressPolicy } from '@patchbay/http';
import { compileMapping } from '@patchbay/mapping';
import {
  discoverPlugins,
  PluginGateway,
  PluginRuntime,
  TokenCache,
  type DiscoveredPlugin,
} from '@patchbay/plugin-host';
import type { Json, JsonObject } from '@patchbay/plugin-sdk';
import { sourceAdapters } from '@patchbay/sources';
import fc from 'fast-check';

const seed = Number(process.env['FC_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
process.stderr.write(`presets.property.spec: FC_SEED=${seed}\n`);

const EVENTS = resolve('test/fixtures/events');
const PLUGINS = resolve('plugins');
/** Number of random events per plugin. Each of these runs renders all presets of the plugin. */
const RUNS = 60;

/** Values with types and contents that a preset does not expect. */
const WRONG = fc.oneof(
  fc.constantFrom<Json>(null, true, 0, -1, 1e21, '', ' ', '{{ data.x }}', '\r\nBcc: x@example.com', '\u0000', '😀'),
  fc.constantFrom<Json>([], {}, [null], { a: { b: [] } }, 'x'.repeat(5_000), '\ud800', '<script>'),
  fc.string(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

interface Mutation {
  /** Position of the value to change among all values of the event, from 0 to 1. */
  readonly at: number;
  /** New value. Undefined if the test removes the value. */
  readonly value: Json | undefined;
}

const mutations = fc.array(
  fc.record<Mutation>({
    at: fc.double({ min: 0, max: 0.999, noNaN: true }),
    value: fc.option(WRONG, { nil: undefined }),
  }),
  { maxLength: 6 },
);

/** Returns the paths of all values in an event, including objects and arrays. */
function places(value: Json, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  const below = Object.entries(value).flatMap(([key, one]) => places(one, [...path, key]));
  return path.length === 0 ? below : [path, ...below];
}

function mutated(event: JsonObject, changes: readonly Mutation[]): JsonObject {
  const copy = structuredClone(event);
  for (const { at, value } of changes) {
    const all = places(copy);
    const path = all[Math.floor(at * all.length)] ?? [];
    const parent = path
      .slice(0, -1)
      .reduce<unknown>(
        (found, key) => (typeof found === 'object' && found !== null ? Reflect.get(found, key) : undefined),
        copy,
      );
    const key = path.at(-1);
    if (typeof parent !== 'object' || parent === null || key === undefined) continue;
    if (value === undefined) Reflect.deleteProperty(parent, key);
    else Reflect.set(parent, key, value);
  }
  return copy;
}

const samples = readdirSync(EVENTS).map((file) => ({
  type: basename(file, '.json'),
  event: JSON.parse(readFileSync(join(EVENTS, file), 'utf8')) as JsonObject,
}));
const capillary = sourceAdapters().get('capillary');
const logger = { info: () => undefined, warn: () => undefined, error: () => undefined };
const plugins = await discoverPlugins({ pluginsDir: PLUGINS, packages: [], fromSources: true });

describe.each(plugins)('the presets of $definition.type and any event', (plugin: DiscoveredPlugin) => {
  let gateway: PluginGateway;

  beforeAll(() => {
    const ports = { egress: createEgressPolicy(''), logger, locks: new InProcessLocks(), clock: systemClock };
    gateway = new PluginGateway([new PluginRuntime(plugin, ports, new TokenCache(() => systemClock.now()))], logger);
  });

  it('render a valid message or report a problem, and never throw', () => {
    const presets = [...plugin.presets].map(([name, template]) => ({
      name,
      mapping: compileMapping(template, { timezone: 'Asia/Kolkata', defaultCountry: 'IN' }),
    }));
    const wanted = samples.filter(({ type }) => plugin.presets.has(type));
    const expected = wanted.length > 0 ? wanted : samples;
    const sample = fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...expected) },
      { weight: 1, arbitrary: fc.constantFrom(...samples) },
    );
    let valid = 0;
    fc.assert(
      fc.property(
        sample,
        mutations,
        fc.dictionary(fc.constantFrom('phone', 'email', 'pushToken', 'locale'), WRONG),
        ({ type, event }, changes, recipient) => {
          const [read] = capillary?.read(mutated(event, changes), {}, {}) ?? [];
          if (read?.kind !== 'event') return;
          const { data, customerIds } = read.event;
          for (const { name, mapping } of presets) {
            if (name !== '*' && name !== type && changes.length < 3) continue;
            const result = mapping.render({
              event: { id: 'e', type: read.event.type, customerId: customerIds[0] ?? null, brand: 'acme', source: 's' },
              data,
              enriched: {},
              recipient: { phone: '+919000000001', email: 'asha@example.com', pushToken: 'device-1', ...recipient },
              brand: { name: 'acme' },
            });
            if (!result.ok) {
              expect(result.problem.message.length).toBeGreaterThan(10);
              continue;
            }
            expect(JSON.parse(JSON.stringify(result.message))).toEqual(result.message);
            const problems = gateway.checkMessage(plugin.definition.type, result.message);
            if (problems.length === 0) valid += 1;
          }
        },
      ),
      // The unchanged events give a valid message for each seed.
      { seed, numRuns: RUNS, examples: expected.map((one) => [one, [], {}]) },
    );
    expect(valid).toBeGreaterThan(0);
  });
});
