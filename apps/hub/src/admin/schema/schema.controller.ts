import { Get, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { actorOf, type Caller } from '@patchbay/core';
import { isConflict, isLockTimeout, type SchemaState } from '@patchbay/database';
import { HubDatabase } from '../../database/hub-database.js';
import { ProblemError } from '../../http/problem.js';
import { ApiProblem } from '../../http/problem.dto.js';
import { CurrentCaller } from '../../http/request-caller.js';
import { RequiresRole } from '../../http/roles.decorator.js';
import { AdminController } from '../common/admin-controller.decorator.js';
import { ContractedSchemaDto, SchemaDto, schemaView } from './schema.dto.js';

/** State of the database schema, and the end of an upgrade. */
@AdminController('v1/schema', 'schema')
export class SchemaController {
  constructor(private readonly database: HubDatabase) {}

  /** Returns the state of the schema. */
  @Get()
  @ApiOperation({
    operationId: 'getSchema',
    summary: 'Get the schema numbers, the contracting migrations and the processes of older versions',
  })
  @ApiOkResponse({ type: SchemaDto })
  async get(): Promise<SchemaDto> {
    return schemaView(await this.database.schemaState());
  }

  /** Removes from the database what only older versions need. */
  @Post('contract')
  @HttpCode(200)
  @RequiresRole('admin')
  @ApiOperation({
    operationId: 'contractSchema',
    summary: 'End an upgrade: remove what only older versions need',
    description: 'Runs the contracting migrations. Afterwards, older versions refuse to start.',
  })
  @ApiOkResponse({ type: ContractedSchemaDto })
  @ApiProblem(409, 'A process of an older version is running, or another session holds a lock. The error says which')
  async contract(@CurrentCaller() caller: Caller): Promise<ContractedSchemaDto> {
    const { contracting, olderProcesses } = await this.database.contract(actorOf(caller)).catch(explained);
    if (contracting.length === 0 || olderProcesses.length === 0) return { migrations: contracting };
    const where = olderProcesses.map(({ build, address }) => `${address ?? 'this machine'} (schema number ${build})`);
    throw new ProblemError(
      409,
      `${olderProcesses.length} processes of an older version are running: ${where.join(', ')}. Stop them, then try again.`,
    );
  }
}

function explained(error: unknown): Promise<SchemaState> {
  if (!isLockTimeout(error) && !isConflict(error)) throw error;
  throw new ProblemError(409, 'Another session holds a lock on a table. End long transactions, then try again.');
}
