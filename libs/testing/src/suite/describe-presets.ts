import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { compileMapping } from '@patchbay/mapping';
import type { SuiteContext } from './suite-context.js';
import { SAMPLE_RECIPIENT, sampleEvent } from './sample-events.js';

/** Pattern of the paths that are missing in events without personal data, so no preset may require these paths. */
const PERSONAL = /^data\.(customerIdentifiers|firstName|lastName)\b/;

/** Tests that every preset produces a valid message for every event to which the preset applies. */
export function describePresets({ bench, folder, events }: SuiteContext): void {
  describe('the presets', () => {
    const names = presetNames(folder);

    if (names.length === 0) {
      it('are in the definition, or there are none', () => {
        expect(bench().plugin.presets.size).toBeGreaterThanOrEqual(0);
      });
      return;
    }

    it.each(names)('%s produces valid messages and needs no personal data of the event', (name) => {
      const { plugin, gateway } = bench();
      const template = plugin.presets.get(name);
      if (!template) throw new Error(`The host did not read the preset for ${name}. Check its file in mappings/.`);
      const mapping = compileMapping(template, { timezone: 'Asia/Kolkata', defaultCountry: 'IN' });
      expect(mapping.reads.filter((path) => PERSONAL.test(path))).toEqual([]);

      const types = name === '*' ? Object.keys(events) : [name];
      for (const type of types) {
        const data = events[type];
        if (!data) throw new Error(`The suite has no sample event of the type ${type}. Add one to "events".`);
        const { id, occurredAt, receivedAt, customerId, brand, source } = sampleEvent(type, data);
        const result = mapping.render({
          event: { id, type, occurredAt, receivedAt, customerId, brand, source },
          data,
          enriched: {},
          recipient: SAMPLE_RECIPIENT,
          brand: { name: brand },
        });
        if (!result.ok) throw new Error(`${type}: ${result.problem.message}`);
        expect({ type, problems: gateway.checkMessage(plugin.definition.type, result.message) }).toEqual({
          type,
          problems: [],
        });
        expect(JSON.stringify(result.message)).not.toMatch(/\{\{|\{%|undefined|NaN|\[object/);
      }
    });
  });
}

/** Reads the preset names before the host runs, so that each preset has its own test. */
function presetNames(folder: string): string[] {
  try {
    const files = readdirSync(join(folder, 'mappings')).filter((name) => name.endsWith('.json'));
    return files.map((name) => name.replace(/\.json$/, '')).map((name) => (name === 'default' ? '*' : name));
  } catch {
    return [];
  }
}
