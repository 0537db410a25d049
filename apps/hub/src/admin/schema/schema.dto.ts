import { ApiProperty } from '@nestjs/swagger';
import { SCHEMA_NUMBER, type SchemaState } from '@patchbay/database';

/** Running process of an older version. */
export class OlderProcessDto {
  @ApiProperty({ type: 'integer', description: 'Schema number of the process. 0 for versions without a number.' })
  readonly schemaNumber!: number;

  @ApiProperty({ type: String, nullable: true, description: 'Address of its host. Null for a Unix socket.' })
  readonly address!: string | null;

  @ApiProperty({ format: 'date-time', description: 'Time at which it connected to PostgreSQL.' })
  readonly connectedAt!: string;
}

/** State of the database schema. */
export class SchemaDto {
  @ApiProperty({ type: 'integer', description: 'Schema number of the process that answers.' })
  readonly schemaNumber!: number;

  @ApiProperty({ type: 'integer', description: 'Highest schema number of a version that migrated the database.' })
  readonly newest!: number;

  @ApiProperty({ type: 'integer', description: 'Lowest schema number of a version that may use the database.' })
  readonly oldest!: number;

  @ApiProperty({ type: [String], description: 'Contracting migrations that have not run.' })
  readonly contracting!: readonly string[];

  @ApiProperty({ type: [OlderProcessDto], description: 'Running processes that these migrations would break.' })
  readonly olderProcesses!: readonly OlderProcessDto[];
}

/** Result of the contracting migrations. */
export class ContractedSchemaDto {
  @ApiProperty({ type: [String], description: 'Migrations that ran. Empty if all have run before.' })
  readonly migrations!: readonly string[];
}

/** Builds the API view of the state of the schema. */
export function schemaView({ newestBuild, oldestBuild, contracting, olderProcesses }: SchemaState): SchemaDto {
  return {
    schemaNumber: SCHEMA_NUMBER,
    newest: newestBuild,
    oldest: oldestBuild,
    contracting,
    olderProcesses: olderProcesses.map(({ build, address, connectedAt }) => ({
      schemaNumber: build,
      address,
      connectedAt: connectedAt.toISOString(),
    })),
  };
}
