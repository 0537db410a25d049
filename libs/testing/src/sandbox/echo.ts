import { isJsonObject, type Json, type JsonObject } from '@patchbay/plugin-sdk';
import type { SandboxRequest } from './sandbox-request.js';

/** Maximum number of text pieces, so that the response stays below the limit for recorded responses. */
const MAX_PIECES = 40;

/**
 * Returns the response of a careless vendor that repeats everything it received, including headers: in plain text,
 * base64 and hex. The texts of the message are also repeated in pieces, because a vendor may cut or wrap texts.
 */
export function echoOf(request: SandboxRequest): JsonObject {
  const { text, rawBody, target, headers } = request;
  const json = request.json();
  const texts = json === undefined ? [...request.form().values()] : textsIn(json);
  const pieces = texts.flatMap((one) => one.split(/[,;:] */)).slice(0, MAX_PIECES);
  return {
    message: `Cannot take ${text}`,
    pieces,
    error: { message: pieces.join(' '), status: 'ECHO' },
    base64: rawBody.toString('base64'),
    hex: rawBody.toString('hex'),
    target,
    headers: { ...headers },
  };
}

function textsIn(value: Json): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number') return [String(value)];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return isJsonObject(value) ? Object.values(value).flatMap(textsIn) : [];
}
