import { applyDecorators } from '@nestjs/common';
import { Exclude, Transform, Type } from 'class-transformer';

/** Nothing of it is looked into. */
@Exclude()
class Opaque {}

/**
 * A property that holds any JSON: kept as it came. A DTO's own transformation drops some names of keys, and stumbles over
 * an object that has a key named `constructor`.
 */
export function FreeJson(): PropertyDecorator {
  return applyDecorators(
    Type(() => Opaque),
    Transform(({ obj, key }) => {
      const source: unknown = obj;
      if (typeof source !== 'object' || source === null) return undefined;
      return Object.getOwnPropertyDescriptor(source, key)?.value as unknown;
    }),
  );
}
