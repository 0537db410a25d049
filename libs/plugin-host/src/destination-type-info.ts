import {
  fieldsOf,
  type DestinationCategory,
  type DestinationLimits,
  type FieldInfo,
  type JsonObject,
} from '@patchbay/plugin-sdk';
import type { PluginRuntime } from './runtime/plugin-runtime.js';

/** One of the three classes of a destination type: for forms, and for programs. */
export interface ClassInfo {
  readonly schema: JsonObject;
  readonly fields: readonly FieldInfo[];
}

/** A destination type as the catalogue shows it. Plain data. */
export interface DestinationTypeInfo {
  readonly type: string;
  readonly label: string;
  readonly description: string;
  readonly category: DestinationCategory;
  readonly docsUrl: string | null;
  /** What the vendor can bear. Empty where that depends on the settings. */
  readonly limits: DestinationLimits;
  readonly credentials: ClassInfo;
  readonly settings: ClassInfo;
  readonly message: ClassInfo;
  /** By event type; `*` is for any. */
  readonly presets: JsonObject;
  readonly statusCallback: boolean;
  /** Markdown; null where the plugin has none. */
  readonly readme: string | null;
  /** A data URI; null where the plugin has none. */
  readonly logo: string | null;
}

/** Describes a destination type for the catalogue, by what its plugin declares. */
export function destinationTypeInfo(runtime: PluginRuntime): DestinationTypeInfo {
  const { definition, presets, readme, logo } = runtime.plugin;
  return {
    type: definition.type,
    label: definition.label,
    description: definition.description,
    category: definition.category,
    docsUrl: definition.docsUrl ?? null,
    limits: typeof definition.limits === 'function' ? {} : (definition.limits ?? {}),
    credentials: { schema: runtime.credentials.schema, fields: fieldsOf(definition.credentials) },
    settings: { schema: runtime.settings.schema, fields: fieldsOf(definition.settings) },
    message: { schema: runtime.message.schema, fields: fieldsOf(definition.message) },
    presets: Object.fromEntries(presets),
    statusCallback: definition.statusCallback !== undefined,
    readme,
    logo,
  };
}
