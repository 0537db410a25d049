import type { paths } from '@patchbay/client';

/** Names of the parameters in a path of the API. */
type NamesIn<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}` ? Name | NamesIn<Rest> : never;

/** Path of the API with the values of its parameters. */
export interface ApiPath<Path extends keyof paths = keyof paths> {
  /** Path as the OpenAPI document has it, for example `/v1/brands/{brand}`. */
  readonly template: Path;
  readonly names: Readonly<Record<string, string | number>>;
}

/** Paths that have an operation with a method. */
export type PathWith<Method extends string> = {
  [Path in keyof paths]: paths[Path] extends Record<Method, { responses: unknown }> ? Path : never;
}[keyof paths];

/** Returns a path of the API. The names are encoded when the request is sent, so they cannot change the route. */
export function apiPath<Path extends keyof paths>(
  template: [NamesIn<Path>] extends [never] ? Path : never,
): ApiPath<Path>;
export function apiPath<Path extends keyof paths>(
  template: Path,
  names: Readonly<Record<NamesIn<Path>, string | number>>,
): ApiPath<Path>;
export function apiPath(template: keyof paths, names: ApiPath['names'] = {}): ApiPath {
  return { template, names };
}
