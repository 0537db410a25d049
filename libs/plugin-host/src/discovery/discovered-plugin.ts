import type { AnyDestinationDefinition, MappingTemplate } from '@patchbay/plugin-sdk';

/** Location of a plugin that was found but not loaded. */
export interface PluginCandidate {
  /** Name in problems: `plugins/acme-sms`, or the package's name. */
  readonly name: string;
  /** Path of the module that default-exports the definition. */
  readonly entry: string;
  /** Folder of the mappings, README and logo. */
  readonly folder: string;
  /** Required `type`. Undefined for packages, which may use any type. */
  readonly expectedType: string | undefined;
}

/** Plugin that passed every check. */
export interface DiscoveredPlugin {
  readonly name: string;
  readonly definition: AnyDestinationDefinition;
  /** Presets of the definition and of the files in `mappings/`, per event type; `*` applies to every type. */
  readonly presets: ReadonlyMap<string, MappingTemplate>;
  /** Text of the plugin's README.md. Null if the plugin has no README. */
  readonly readme: string | null;
  /** Logo as a data URI. Null if the plugin has no logo. */
  readonly logo: string | null;
}
