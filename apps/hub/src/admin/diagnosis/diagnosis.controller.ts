import { Get, Inject } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { HubEnvironment } from '@patchbay/config';
import { BullWakeUps } from '@patchbay/queue';
import { MasterKeyCheck } from '@patchbay/vault';
import { HUB_ENVIRONMENT } from '../../context/hub-options.js';
import { HubDatabase } from '../../database/hub-database.js';
import { hubVersion } from '../../http/hub-version.js';
import { AdminController } from '../common/admin-controller.decorator.js';
import {
  checkMasterKey,
  checkPostgres,
  checkQueue,
  checkReplica,
  checkSchema,
  checkWorkers,
} from './diagnosis-checks.js';
import { DiagnosisDto } from './diagnosis.dto.js';

/** Diagnosis of the hub for `patchbay doctor`. */
@AdminController('v1/diagnosis', 'diagnosis')
export class DiagnosisController {
  constructor(
    private readonly database: HubDatabase,
    private readonly wakeUps: BullWakeUps,
    private readonly masterKey: MasterKeyCheck,
    @Inject(HUB_ENVIRONMENT) private readonly environment: HubEnvironment,
  ) {}

  /** Checks the process that answers, and the services that it uses. */
  @Get()
  @ApiOperation({
    operationId: 'getDiagnosis',
    summary: 'Check the database, its schema, the workers, the queue and the master key',
    description: 'Each problem says how to fix it. `patchbay doctor` prints the checks.',
  })
  @ApiOkResponse({ type: DiagnosisDto })
  async get(): Promise<DiagnosisDto> {
    const { publicUrl = null } = this.environment;
    const [facts, usage, missing, schema, redis, masterKey] = await Promise.all([
      this.database.facts(),
      this.database.connectionUsage(),
      this.database.missingMigrations(),
      this.database.schemaState(),
      this.wakeUps.inspectRedis(),
      this.masterKey.run(),
    ]);
    return {
      version: hubVersion(),
      publicUrl,
      checks: [
        checkPostgres(facts, usage),
        ...(this.database.replica === null ? [] : [checkReplica(this.database.replica.status)]),
        checkSchema(missing, schema),
        checkWorkers(facts),
        checkQueue(redis, this.wakeUps.queueUp),
        checkMasterKey(masterKey),
      ],
    };
  }
}
