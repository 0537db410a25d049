/** Where a value stands in a configuration: names of keys and positions in lists. */
export type FieldPath = readonly (string | number)[];

/** `subscriptions.points-sms.events[0]`; empty for the whole. */
export function formatField(path: FieldPath): string {
  return path.reduce<string>((text, segment) => {
    if (typeof segment === 'number') return `${text}[${segment}]`;
    return text === '' ? segment : `${text}.${segment}`;
  }, '');
}

/** Reads a dotted field as others name it: `headers.x-a`, `list.0.name`, `list[0].name`. */
export function parseField(field: string): FieldPath {
  return field
    .split(/[.[\]]/)
    .filter((segment) => segment !== '')
    .map((segment) => (/^\d+$/.test(segment) ? Number(segment) : segment));
}

/** What stands at a path; undefined where nothing does. */
export function valueAt(value: unknown, path: FieldPath): unknown {
  return path.reduce<unknown>(
    (found, segment) =>
      typeof found === 'object' && found !== null ? Object.getOwnPropertyDescriptor(found, segment)?.value : undefined,
    value,
  );
}
