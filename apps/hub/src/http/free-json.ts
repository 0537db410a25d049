import { applyDecorators } from '@nestjs/common';
import { Exclude, Transform, Type } from 'class-transformer';

/** Type whose properties are never transformed. */
@Exclude()
class Opaque {}

/**
 * Declares a property that holds any JSON and is kept unchanged. The transformation of a DTO would drop some keys and
 * fail for an object that has a key named `constructor`.
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
