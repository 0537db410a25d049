import type { Json, JsonObject } from '@patchbay/core';
import { isJsonObject } from '../api/json-reading.js';

/** Name of the brand. */
export const DEV_BRAND = 'dev';
/** Header that carries the token of the brand's source. */
export const DEV_HEADER = 'x-dev-token';

/** Values that the brand file depends on. */
export interface DevBrandOptions {
  /** Number of the build. Each build is another destination, so the hub remembers nothing of the former build. */
  readonly build: number;
  readonly type: string;
  /** Credentials and settings that the sandbox accepts. */
  readonly credentials: JsonObject;
  readonly settings: JsonObject;
  /** URL of the system that knows the recipient. */
  readonly crmUrl: string;
  readonly sourceToken: string;
}

/** Brand file, and the variables that it refers to. */
export interface DevBrand {
  readonly file: JsonObject;
  readonly variables: Readonly<Record<string, string>>;
}

/** Creates the brand: a source, the plugin as a destination, and a subscription for all events. */
export function devBrand({ build, type, credentials, settings, crmUrl, sourceToken }: DevBrandOptions): DevBrand {
  const variables: Record<string, string> = { DEV_TOKEN: sourceToken };
  const destination = `build-${build}`;
  const file = {
    brand: DEV_BRAND,
    sources: { capillary: { adapter: 'capillary', auth: { headers: { [DEV_HEADER]: ['${env:DEV_TOKEN}'] } } } },
    recipients: {
      resolver: {
        type: 'http',
        url: `${crmUrl}/contacts/{{ event.customerId }}`,
        mapping: Object.fromEntries(CONTACT_FIELDS.map((name) => [name, `{{ body.${name} }}`])),
        cacheSeconds: 0,
      },
    },
    destinations: {
      [destination]: {
        type,
        credentials: inVariables(credentials, 'DEV_CREDENTIALS', variables),
        settings: inVariables(settings, 'DEV_SETTINGS', variables),
      },
    },
    subscriptions: { [destination]: { source: 'capillary', events: ['*'], destination } },
  };
  return { file, variables };
}

const CONTACT_FIELDS = ['phone', 'email', 'pushToken', 'locale'];

/** Replaces each text by a variable, because a brand file must not contain credentials. */
function inVariables(value: Json, name: string, variables: Record<string, string>): Json {
  if (Array.isArray(value)) return value.map((one, index) => inVariables(one, `${name}_${index}`, variables));
  if (isJsonObject(value)) {
    const entries = Object.entries(value);
    return Object.fromEntries(entries.map(([key, one]) => [key, inVariables(one, `${name}_${key}`, variables)]));
  }
  if (typeof value !== 'string') return value;
  const variable = name.replace(/\W/g, '_').toUpperCase();
  variables[variable] = value;
  return `\${env:${variable}}`;
}
