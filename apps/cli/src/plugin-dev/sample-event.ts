import type { JsonObject } from '@patchbay/core';

/**
 * Chooses the type of the sample event: the first type with a preset of its own, otherwise `pointsIssued`.
 * @param presets names of the files in `mappings/`, without the extension
 * @param samples types that have a sample
 */
export function sampleType(presets: readonly string[], samples: readonly string[]): string {
  return presets.find((preset) => samples.includes(preset)) ?? 'pointsIssued';
}

/**
 * Creates an event as the platform sends it.
 * @param id unique id, because the hub drops an event that it already knows
 */
export function sampleEvent(type: string, data: JsonObject, id: string): JsonObject {
  return { eventName: type, eventId: id, orgId: 100001, data };
}
