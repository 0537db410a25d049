import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Migration that stores the version of the plugin's settings class with the settings of a destination. */
export class SettingsVersion1796870000001 implements MigrationInterface {
  readonly name = 'SettingsVersion1796870000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE destinations ADD COLUMN settings_version integer NOT NULL DEFAULT 1');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE destinations DROP COLUMN settings_version');
  }
}
