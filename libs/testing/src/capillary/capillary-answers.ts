import type { Json } from '@patchbay/plugin-sdk';
import type { SandboxAnswer } from '../sandbox/behaviour.js';
import type { SandboxRequest } from '../sandbox/sandbox-request.js';

/** Route of the sandbox that requires credentials. */
export type CapillaryHandler = (request: SandboxRequest) => SandboxAnswer;

/** Returns an error in the format of Capillary's v2 API. Capillary also sends it with the HTTP status 200. */
export function capillaryError(status: number, code: number, message: string): { status: number; body: Json } {
  return { status, body: { errors: [{ status: false, code, message }] } };
}

/** Returns an answer in the format of Capillary's v3 API. */
export function v3Answer(data: Json): { status: number; body: Json } {
  return { status: 200, body: { data, errors: null, warnings: null } };
}

/** Returns an error in the format of Capillary's v3 API. */
export function v3Error(status: number, code: number, message: string): { status: number; body: Json } {
  return { status, body: { data: null, errors: [{ status: false, code, message }], warnings: null } };
}
