import { isJsonObject, type Json, type JsonObject } from '@patchbay/core';
import type { Sandbox } from '../sandbox/sandbox.js';
import { exampleBrand, FLOWS, objectAt } from './example-brand.js';

/** Header that carries the token of the examples' brand. */
export const EXAMPLE_HEADER = 'x-acme-token';

/** Addresses and values that the brand of the examples needs, other than the values of its vendors. */
export interface SandboxBrandOptions {
  /** URL of a running `exampleCrm`. */
  readonly crmUrl: string;
  readonly sourceToken: string;
}

/** The examples' brand in a form that a hub can run. */
export interface SandboxBrand {
  readonly file: JsonObject;
  /** Values of the `${env:…}` variables in the brand file. */
  readonly variables: Readonly<Record<string, string>>;
  /** Type of each destination, in the order of the file. */
  readonly types: ReadonlyMap<string, string>;
}

/**
 * Combines all examples into one brand, with sandboxes as its vendors. Removes rules that depend on the time of day, so
 * that customers get messages at any hour. Removes delays, because a test must not wait ten minutes for a digest.
 */
export function sandboxBrand(
  sandboxes: ReadonlyMap<string, Sandbox>,
  { crmUrl, sourceToken }: SandboxBrandOptions,
): SandboxBrand {
  const variables: Record<string, string> = {
    ACME_TOKEN: sourceToken,
    ACME_CRM_URL: crmUrl,
    ACME_CRM_TOKEN: 'invented-crm-token',
  };
  const types = new Map<string, string>();
  const brand = exampleBrand(FLOWS);
  const destinations = eachOf(brand, 'destinations', (destination, name) => {
    const { type } = destination;
    const vendor = typeof type === 'string' ? sandboxes.get(type) : undefined;
    if (vendor === undefined) throw new Error(`No sandbox has the type of the destination ${name}. Add its sandbox.`);
    types.set(name, vendor.type);
    const credentials = inVariables(vendor.credentials, name, variables);
    return { ...destination, credentials, settings: { ...objectOrNone(destination['settings']), ...vendor.settings } };
  });
  const subscriptions = eachOf(brand, 'subscriptions', atAnyHour);
  return { file: { ...brand, destinations, subscriptions }, variables, types };
}

function eachOf(brand: JsonObject, key: string, change: (one: JsonObject, name: string) => JsonObject): JsonObject {
  const all = objectAt(brand, key);
  return Object.fromEntries(Object.keys(all).map((name) => [name, change(objectAt(all, name), name)]));
}

/** Replaces each value in the JSON by an environment variable, because a brand's file must not contain credentials. */
function inVariables(value: Json, name: string, variables: Record<string, string>): Json {
  if (Array.isArray(value)) return value.map((one, index) => inVariables(one, `${name}_${index}`, variables));
  if (isJsonObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [key, inVariables(one, `${name}_${key}`, variables)]),
    );
  }
  const variable = `ACME_${name.replace(/\W/g, '_').toUpperCase()}`;
  variables[variable] = String(value);
  return `\${env:${variable}}`;
}

function atAnyHour(subscription: JsonObject): JsonObject {
  const { messaging } = subscription;
  if (!isJsonObject(messaging)) return subscription;
  const { quietHours: _quiet, sendAfter: _later, digest, ...rules } = messaging;
  return { ...subscription, messaging: { ...rules, ...(digest === undefined ? {} : { digest: '1s' }) } };
}

function objectOrNone(value: Json | undefined): JsonObject {
  return value !== undefined && isJsonObject(value) ? value : {};
}
