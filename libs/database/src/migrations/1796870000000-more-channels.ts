import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Migration that allows suppressions for the channels `whatsapp` and `chat`. */
export class MoreChannels1796870000000 implements MigrationInterface {
  readonly name = 'MoreChannels1796870000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE suppressions DROP CONSTRAINT suppressions_channel_check,
        ADD CONSTRAINT suppressions_channel_check CHECK (channel IN ('sms', 'email', 'push', 'whatsapp', 'chat'))`,
    );
  }

  // NOT VALID keeps the rows of the added channels, because a lost opt-out would let a message through.
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE suppressions DROP CONSTRAINT suppressions_channel_check,
        ADD CONSTRAINT suppressions_channel_check CHECK (channel IN ('sms', 'email', 'push')) NOT VALID`,
    );
  }
}
