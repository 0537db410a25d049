import type { AnyDestinationDefinition, MappingTemplate } from '@patchbay/plugin-sdk';

/** Where a plugin may be: found, not loaded yet. */
export interface PluginCandidate {
  /** How problems name it: `plugins/acme-sms`, or the package's name. */
  readonly name: string;
  /** Where the module is that default-exports the definition. */
  readonly entry: string;
  /** Where mappings, README and logo are. */
  readonly folder: string;
  /** What `type` has to be; undefined for packages, which are free in it. */
  readonly expectedType: string | undefined;
}

/** A plugin that passed every check. */
export interface DiscoveredPlugin {
  readonly name: string;
  readonly definition: AnyDestinationDefinition;
  /** Of the definition and of the files in `mappings/`, by event type; `*` is for any. */
  readonly presets: ReadonlyMap<string, MappingTemplate>;
  /** The text of README.md; null where there is none. */
  readonly readme: string | null;
  /** A data URI; null where there is none. */
  readonly logo: string | null;
}
