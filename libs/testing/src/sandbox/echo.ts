import { isJsonObject, type Json, type JsonObject } from '@patchbay/plugin-sdk';
import type { SandboxRequest } from './sandbox-request.js';

/** Of a request's texts, so that the answer stays shorter than what is recorded of one. */
const MOST_PIECES = 40;

/**
 * What a careless vendor answers: all that it was sent, its headers too, in clear, in base64 and in hex, and the texts of
 * the message in pieces, as one does that cuts or wraps them.
 */
export function echoOf(request: SandboxRequest): JsonObject {
  const { text, rawBody, target, headers } = request;
  const json = request.json();
  const texts = json === undefined ? [...request.form().values()] : textsIn(json);
  const pieces = texts.flatMap((one) => one.split(/[,;:] */)).slice(0, MOST_PIECES);
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
