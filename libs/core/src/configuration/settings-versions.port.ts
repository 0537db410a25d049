import type { JsonObject } from '@patchbay/plugin-sdk';

/** Settings in the version that the plugin of a destination type needs. */
export interface MigratedSettings {
  readonly settings: JsonObject;
  /** Reason why the settings could not be migrated, without any values. The settings are then unchanged. */
  readonly problem?: string;
}

/** Versions of the settings of all destination types. A plugin raises the version when it changes its settings class. */
export interface SettingsVersions {
  /** Returns the version that a type's plugin needs. 1 if no plugin provides the type. */
  settingsVersion(type: string): number;
  /** Migrates stored settings from a version to the version that the plugin needs. Never throws. */
  migrateSettings(type: string, settings: JsonObject, version: number): MigratedSettings;
}
