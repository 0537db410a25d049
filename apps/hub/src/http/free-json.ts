import { applyDecorators } from '@nestjs/common';
import { Exclude, Transform, Type } from 'class-transformer';

/** Type whose properties are never transformed. */
@Exclude()
class Opaque {}

/**
 * Declares a property that may contain any JSON, and that stays unchanged. Otherwise class-transformer would drop some
 * keys, and would fail for an object with the key `constructor`.
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
