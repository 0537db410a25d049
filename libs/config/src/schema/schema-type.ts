import type { JsonObject } from '@patchbay/core';

/**
 * Type of the values that match a JSON Schema written `as const`. The compiler reports code that does not match the schema.
 * Supports the keywords that our schemas use.
 */
export type FromSchema<S> = S extends { then: infer Then; else: infer Else }
  ? FromSchema<Then> | FromSchema<Else>
  : S extends { enum: readonly (infer Value)[] }
    ? Value
    : S extends { type: readonly (infer Name)[] }
      ? Name extends string
        ? FromSchema<{ type: Name }>
        : never
      : S extends { type: 'string' }
        ? string
        : S extends { type: 'boolean' }
          ? boolean
          : S extends { type: 'number' | 'integer' }
            ? number
            : S extends { type: 'array'; items: infer Items }
              ? readonly FromSchema<Items>[]
              : S extends { type: 'object' }
                ? FromObject<S>
                : never;

type FromObject<S> = S extends { properties: infer P }
  ? S extends { required: readonly (infer Required)[] }
    ? { readonly [K in keyof P & Required]: FromSchema<P[K]> } & {
        readonly [K in Exclude<keyof P, Required>]?: FromSchema<P[K]>;
      }
    : { readonly [K in keyof P]?: FromSchema<P[K]> }
  : S extends { additionalProperties: infer Each extends object }
    ? { readonly [name: string]: FromSchema<Each> }
    : JsonObject;

/** `true` if two types have the same keys, otherwise `false`. */
export type SameKeys<A, B> = [keyof A, keyof B] extends [keyof B, keyof A] ? true : false;
