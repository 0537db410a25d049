import { Transform } from 'class-transformer';

/** A property that holds any JSON: kept as it came, since a DTO's own transformation drops some names of keys. */
export function FreeJson(): PropertyDecorator {
  return Transform(({ obj, key }) => {
    const source: unknown = obj;
    if (typeof source !== 'object' || source === null) return undefined;
    return Object.getOwnPropertyDescriptor(source, key)?.value as unknown;
  });
}
