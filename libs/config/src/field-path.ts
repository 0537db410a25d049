/** Path of a value in a configuration: names of keys and list indexes. */
export type FieldPath = readonly (string | number)[];

/** Formats a path as `subscriptions.points-sms.events[0]`. Empty for the root. */
export function formatField(path: FieldPath): string {
  return path.reduce<string>((text, segment) => {
    if (typeof segment === 'number') return `${text}[${segment}]`;
    return text === '' ? segment : `${text}.${segment}`;
  }, '');
}

/** Parses a field in any notation: `headers.x-a`, `list.0.name`, `list[0].name`. */
export function parseField(field: string): FieldPath {
  return field
    .split(/[.[\]]/)
    .filter((segment) => segment !== '')
    .map((segment) => (/^\d+$/.test(segment) ? Number(segment) : segment));
}

/** Returns the value at a path. Undefined if there is none. */
export function valueAt(value: unknown, path: FieldPath): unknown {
  return path.reduce<unknown>(
    (found, segment) =>
      typeof found === 'object' && found !== null ? Object.getOwnPropertyDescriptor(found, segment)?.value : undefined,
    value,
  );
}
