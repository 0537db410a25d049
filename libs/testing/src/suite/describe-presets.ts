import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from '@jest/globals';
import { compileMapping } from '@patchbay/mapping';
import { unknownPaths } from './event-paths.js';
import type { PluginBench } from './plugin-bench.js';
import { advise } from './rules.js';
import { SAMPLE_RECIPIENT, sampleEvent } from './sample-events.js';
import type { SuiteContext } from './suite-context.js';

/** Pattern of the paths that are missing in events without personal data, so no preset may require these paths. */
const PERSONAL = /^data\.(customerIdentifiers|firstName|lastName)\b/;

/** Tests that every preset produces a valid message for every event to which the preset applies. */
export function describePresets({ rules, bench, folder, events }: SuiteContext): void {
  describe('the presets', () => {
    for (const name of presetNames(folder)) {
      const shown = name === '*' ? 'default' : name;
      rules.rule(`${shown}: reads only fields that its events have`, () => {
        const { reads } = presetOf(bench(), name);
        advise(
          `The preset mappings/${shown}.json reads fields that the event never has, so customers would see a gap. ` +
            'Correct the paths; the catalogue of the console lists the fields of each event type.',
          () => {
            expect(unknownPaths(reads, name, events)).toEqual([]);
          },
        );
        advise(
          'A preset must not need personal data of the event, because a brand without personal data does not have it. ' +
            'Use `recipient` for the address.',
          () => {
            expect(reads.filter((path) => PERSONAL.test(path))).toEqual([]);
          },
        );
      });

      rules.after(`${shown}: reads only fields that its events have`).rule(`${shown}: produces valid messages`, () => {
        const { plugin, gateway } = bench();
        const mapping = presetOf(bench(), name);
        for (const type of name === '*' ? Object.keys(events) : [name]) {
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
          if (!result.ok) {
            throw new Error(`mappings/${shown}.json fails for ${type}: ${result.problem.message} Correct the preset.`);
          }
          advise(
            `mappings/${shown}.json does not fit the message class for ${type}. Correct the listed fields.`,
            () => {
              expect(gateway.checkMessage(plugin.definition.type, result.message)).toEqual([]);
            },
          );
          advise(`The message of mappings/${shown}.json for ${type} shows a value that is not text. Format it.`, () => {
            expect(JSON.stringify(result.message)).not.toMatch(/\{\{|\{%|undefined|NaN|\[object/);
          });
        }
      });
    }

    rules.rule('are JSON files that the host read', () => {
      const missing = presetNames(folder).filter((name) => !bench().plugin.presets.has(name));
      advise('The host did not read these files in mappings/. Name them after an event type, or default.json.', () => {
        expect(missing).toEqual([]);
      });
    });
  });
}

function presetOf({ plugin }: PluginBench, name: string): ReturnType<typeof compileMapping> {
  return compileMapping(plugin.presets.get(name) ?? {}, { timezone: 'Asia/Kolkata', defaultCountry: 'IN' });
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
