import {
  fieldsOf,
  type DestinationLimits,
  type FieldInfo,
  type JsonObject,
  type MessagingChannel,
} from '@patchbay/plugin-sdk';
import type { SandboxAccount } from './runtime/host-ports.js';
import type { PluginAction } from './runtime/plugin-actions.js';
import type { PluginRuntime } from './runtime/plugin-runtime.js';

/** Fields and JSON Schema of one class of a destination type: `fields` for forms, the schema for programs. */
export interface ClassInfo {
  readonly schema: JsonObject;
  readonly fields: readonly FieldInfo[];
}

/** Action of a destination type, with the class of its messages. */
export interface ActionInfo {
  /** Name that a mapping has in `$action`. Null if the type has a single action. */
  readonly name: string | null;
  /** Null if the type has a single action. */
  readonly label: string | null;
  readonly message: ClassInfo;
}

/** Destination type as plain data, for the catalogue. */
export interface DestinationTypeInfo {
  readonly type: string;
  readonly label: string;
  readonly description: string;
  /** Group in the catalogue. */
  readonly category: string;
  /** Channel of the messages to customers. Null if the type sends no messages to customers. */
  readonly messaging: MessagingChannel | null;
  readonly docsUrl: string | null;
  /** Limits of the vendor. Empty if they depend on the settings. */
  readonly limits: DestinationLimits;
  readonly credentials: ClassInfo;
  readonly settings: ClassInfo;
  /** Actions of the type, at least one. */
  readonly actions: readonly ActionInfo[];
  /** Presets by event type. The preset `*` applies to every type. */
  readonly presets: JsonObject;
  readonly statusCallback: boolean;
  /** README of the plugin as Markdown. Null if the plugin has no README. */
  readonly readme: string | null;
  /** Logo of the plugin as a data URI. Null if the plugin has no logo. */
  readonly logo: string | null;
  /** Invented account at the sandbox that the hub calls instead of the vendor. Null except in the demo. */
  readonly sandbox: SandboxAccount | null;
}

/** Describes a destination type for the catalogue, from its plugin's definition. */
export function destinationTypeInfo(runtime: PluginRuntime): DestinationTypeInfo {
  const { definition, presets, readme, logo } = runtime.plugin;
  return {
    type: definition.type,
    label: definition.label,
    description: definition.description,
    category: definition.category,
    messaging: definition.messaging,
    docsUrl: definition.docsUrl ?? null,
    limits: typeof definition.limits === 'function' ? {} : (definition.limits ?? {}),
    credentials: { schema: runtime.credentials.schema, fields: fieldsOf(definition.credentials) },
    settings: { schema: runtime.settings.schema, fields: fieldsOf(definition.settings) },
    actions: runtime.actions.all.map(actionInfo),
    presets: Object.fromEntries(presets),
    statusCallback: definition.statusCallback !== undefined,
    readme,
    logo,
    sandbox: runtime.sandbox?.account ?? null,
  };
}

function actionInfo({ name, label, message, definition }: PluginAction): ActionInfo {
  return { name, label, message: { schema: message.schema, fields: fieldsOf(definition.message) } };
}
