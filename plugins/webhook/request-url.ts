import { DeliveryError, isJsonObject, type Json, type JsonObject } from '@patchbay/plugin-sdk';
import { encodePairs } from './body.js';

const PLACEHOLDER = /\{([^{}]*)\}/g;

/** Returns the part of a URL before its first placeholder. */
export function fixedPart(url: string): string {
  return url.split('{', 1)[0] ?? url;
}

/** Returns the reason why the placeholders of a URL are not allowed; undefined if they are allowed. */
export function placeholderProblem(url: string): string | undefined {
  if (/^[^/]*\/\/[^/?#]*[{}]/.test(url)) return 'must not have a placeholder in its host, because the host is fixed';
  if (/[{}]/.test(url.replaceAll(/\{[A-Za-z][A-Za-z0-9_]*\}/g, '')))
    return 'has an invalid placeholder; write placeholders like {id}, with letters, digits and _';
  return undefined;
}

/**
 * Fills the placeholders of a URL and adds a query. Values are encoded, so that they change neither the host nor another
 * part of the URL.
 * @throws a `mapping` DeliveryError if a value is missing, empty, unused or would name a parent folder
 */
export function requestUrl(url: string, parameters: JsonObject = {}, query: JsonObject = {}): string {
  const unused = new Set(Object.keys(parameters));
  const filled = url.replaceAll(PLACEHOLDER, (_placeholder, name: string) => {
    unused.delete(name);
    return encodeURIComponent(textOf(name, Object.hasOwn(parameters, name) ? parameters[name] : undefined));
  });
  const [first] = unused;
  if (first !== undefined)
    throw misfit(first, 'is not in the URL of the destination. Remove it, or add the placeholder');
  const pairs = encodePairs(query, 'The "query"');
  return pairs === '' ? filled : `${filled}${filled.includes('?') ? '&' : '?'}${pairs}`;
}

function textOf(name: string, value: Json | undefined): string {
  if (value === undefined || value === null || Array.isArray(value) || isJsonObject(value))
    throw misfit(name, 'must be a text, a number or true/false. Map a value that each event has');
  const text = String(value);
  if (/^\.*$/.test(text)) throw misfit(name, 'must not be empty or only dots. Map a value that each event has');
  return text;
}

function misfit(name: string, problem: string): DeliveryError {
  return new DeliveryError('mapping', `The value "${name}" of "parameters" ${problem}.`);
}
