export { answerOf } from './answer-of.js';
export { createClient, type ClientOptions, type PatchbayClient } from './create-client.js';
export { entriesOf, type ListPage, type PageQuery } from './entries-of.js';
export { errorOf, PatchbayError, type FieldProblem, type PatchbayErrorKind } from './patchbay-error.js';
export type { paths } from './schema.js';
export type { Answer, Entry, RequestBody } from './types.js';
