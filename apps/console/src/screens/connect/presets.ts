type Presets = Readonly<Record<string, unknown>>;

/** Returns the event types for which a destination type has no ready-made message. A preset `*` is for all types. */
export function withoutPreset(presets: Presets, events: readonly string[]): string[] {
  if ('*' in presets) return [];
  return events.filter((event) => !(event in presets));
}

/** Returns the ready-made message of the first chosen event type. Undefined if there is none. */
export function presetFor(presets: Presets, events: readonly string[]): unknown {
  const [first = ''] = events;
  return presets[first] ?? presets['*'];
}
