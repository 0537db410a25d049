import type { SettingsVersions } from '@patchbay/core';

/** Plugins whose settings all have version 1. */
export const ONE_VERSION: SettingsVersions = {
  settingsVersion: () => 1,
  migrateSettings: (_type, settings) => ({ settings }),
};
