import type { paths } from './schema.js';

type Operation<Path extends keyof paths, Method extends keyof paths[Path]> = paths[Path][Method];
type JsonOf<Response> = Response extends { content: { 'application/json': infer Body } } ? Body : never;

/** Body of a successful answer, by path and method: `Answer<'/v1/brands/{brand}', 'get'>`. */
export type Answer<Path extends keyof paths, Method extends keyof paths[Path] = 'get' & keyof paths[Path]> =
  Operation<Path, Method> extends { responses: infer Responses }
    ? JsonOf<Responses[keyof Responses & (200 | 201 | 202)]>
    : never;

/** Entry of a list: `Entry<'/v1/brands/{brand}/events'>`. */
export type Entry<Path extends keyof paths> =
  Answer<Path> extends { data: readonly (infer Item)[] } | { data: (infer Item)[] } ? Item : never;

/** JSON body of a request: `RequestBody<'/v1/keys', 'post'>`. */
export type RequestBody<Path extends keyof paths, Method extends keyof paths[Path]> =
  Operation<Path, Method> extends { requestBody?: { content: { 'application/json': infer Body } } } ? Body : never;
