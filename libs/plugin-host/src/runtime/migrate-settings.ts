import type { FieldProblem, MigratedSettings } from '@patchbay/core';
import {
  isJson,
  isJsonObject,
  jsonObjectIn,
  type AnyDestinationDefinition,
  type JsonObject,
} from '@patchbay/plugin-sdk';

/** Maximum number of invalid fields that a problem names. */
const MAX_PROBLEMS = 5;

/**
 * Migrates stored settings to the version of the plugin's settings class. Settings that already have the version, or
 * that fit the class although the plugin does not migrate them, stay unchanged. Never throws.
 * @param version version of the stored settings
 * @param check returns the invalid fields of settings
 */
export function migrateSettings(
  { type, settingsVersion = 1, migrate }: Pick<AnyDestinationDefinition, 'type' | 'settingsVersion' | 'migrate'>,
  settings: JsonObject,
  version: number,
  check: (settings: JsonObject) => readonly FieldProblem[],
): MigratedSettings {
  if (version >= settingsVersion) return { settings };
  const migrated = migratedBy(migrate, settings, version);
  const problems = migrated === undefined ? [] : check(migrated);
  if (migrated !== undefined && problems.length === 0) return { settings: migrated };
  if (check(settings).length === 0) return { settings };
  const cause =
    migrate === undefined
      ? 'and the plugin has no function migrate'
      : migrated === undefined
        ? 'and the function migrate of the plugin failed'
        : `and the migrated settings do not fit: ${describe(problems)}`;
  return {
    settings,
    problem: `The stored settings have version ${version}, but the plugin ${type} needs version ${settingsVersion}, ${cause}.`,
  };
}

/** Returns undefined if the plugin cannot migrate the settings. */
function migratedBy(
  migrate: AnyDestinationDefinition['migrate'],
  settings: JsonObject,
  version: number,
): JsonObject | undefined {
  if (migrate === undefined) return undefined;
  try {
    // The plugin may change its argument, but the hub still needs the stored settings.
    const migrated: unknown = migrate(jsonObjectIn(JSON.stringify(settings)) ?? {}, version);
    return isJson(migrated) && isJsonObject(migrated) ? migrated : undefined;
  } catch {
    return undefined;
  }
}

function describe(problems: readonly FieldProblem[]): string {
  const more = problems.length > MAX_PROBLEMS ? `; and ${problems.length - MAX_PROBLEMS} more` : '';
  const named = problems.slice(0, MAX_PROBLEMS).map(({ field, message }) => `settings.${field}: ${message}`);
  return named.join('; ') + more;
}
