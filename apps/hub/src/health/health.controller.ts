import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { ReplicaStatus } from '@patchbay/database';
import { BullWakeUps } from '@patchbay/queue';
import { ConfigurationHealth } from '../configuration/configuration-health.js';
import { inTime } from '../http/in-time.js';
import { databaseUnavailable, ProblemError, RETRY_AFTER_SECONDS } from '../http/problem.js';
import { ApiProblem } from '../http/problem.dto.js';
import { CLOCK_CHECK, type ClockCheck } from '../database/database.module.js';
import { HubDatabase } from '../database/hub-database.js';
import { Backlog } from './backlog.js';
import { EventLoopWatch } from './event-loop-watch.js';
import { LivenessDto, ReadinessDto, type ReplicaDto } from './health.dto.js';
import { SharedReading } from './shared-reading.js';

/** Longest time that the response waits for facts that do not decide about readiness, in milliseconds. */
const FACTS_TIMEOUT_MS = 1_000;

/** Health endpoints for load balancers and monitoring. These endpoints need no key and contain no customer data. */
@ApiTags('health')
@Controller('health')
export class HealthController {
  private readonly schema = new SharedReading(() =>
    Promise.all([this.database.missingMigrations(), this.database.incompatibility()]),
  );
  private readonly connections = new SharedReading(() => this.database.connectionUsage());
  private readonly problem = new SharedReading(() => this.configuration.problem());

  constructor(
    private readonly eventLoop: EventLoopWatch,
    private readonly wakeUps: BullWakeUps,
    @Inject(CLOCK_CHECK) private readonly clock: ClockCheck,
    private readonly configuration: ConfigurationHealth,
    private readonly backlog: Backlog,
    private readonly database: HubDatabase,
  ) {}

  /** Reports that the process responds, and that its event loop is not blocked most of the time. */
  @Get('live')
  @ApiOperation({
    operationId: 'checkLive',
    summary: 'Check that the process works',
    description:
      'Fails for 15 seconds after the event loop was blocked for 5 seconds or longer. While it is blocked, no response ' +
      'arrives. Restart the process after three failed or missing responses in 30 seconds.',
  })
  @ApiOkResponse({ type: LivenessDto })
  @ApiProblem(503, 'The event loop was blocked for 5 seconds or longer')
  live(): LivenessDto {
    const eventLoopStallSeconds = Math.round(this.eventLoop.longestStallMs()) / 1_000;
    if (!this.eventLoop.isFit())
      throw new ProblemError(
        503,
        `The event loop of this process was blocked for ${eventLoopStallSeconds} s. If this repeats, restart the ` +
          'process, and look in its log for the work that it did at this time.',
      );
    return { status: 'ok', eventLoopStallSeconds };
  }

  /** Reports that the database is available and has all migrations of this process. */
  @Get('ready')
  @ApiOperation({
    operationId: 'checkReady',
    summary: 'Check that this process can store events',
    description:
      'Fails only if the database is unavailable, lacks a migration that this process needs, or needs a newer version. A backlog, a missing ' +
      'folder of brand files, or an unavailable queue are in the response, with the status 200. If the response has ' +
      '`configuration`, some brand files were not applied at the start of this process, or wait for a confirmation. ' +
      'The text says what to do. Events are accepted and delivered in all of these cases.',
  })
  @ApiOkResponse({ type: ReadinessDto })
  @ApiProblem(503, 'The database is unavailable, lacks a migration, or needs a newer version: retry after Retry-After')
  async ready(): Promise<ReadinessDto> {
    await this.checkDatabase();
    const [configuration, usage, backlog] = await Promise.all([
      factInTime(this.problem.get()),
      factInTime(this.connections.get()),
      factInTime(this.backlog.read()),
    ]);
    return {
      status: 'ok',
      queue: this.wakeUps.queueUp ? 'shared' : 'local',
      clockOffsetSeconds: Math.round(this.clock.offsetMs()) / 1_000,
      retentionBlockedBy: this.clock.retentionBlockedBy(),
      databaseConnections: usage === null ? null : { process: this.database.budget.direct, ...usage },
      backlog,
      ...(this.database.replica === null ? {} : { replica: replicaView(this.database.replica.status) }),
      ...(configuration === null ? {} : { configuration }),
    };
  }

  /** @throws ProblemError 503 if this process cannot store events */
  private async checkDatabase(): Promise<void> {
    const [missing, incompatibility] = await this.schema.get().catch(() => {
      throw databaseUnavailable();
    });
    const [first] = missing;
    if (incompatibility !== null) throw notReady(`This process is too old: ${incompatibility}.`);
    if (first === undefined) return;
    throw notReady(
      `The database lacks ${missing.length} migration(s) that this process needs, first ${first}. If an older backup ` +
        'was restored, restart this process: it migrates the database at its start.',
    );
  }
}

function replicaView({ state, lagMs }: ReplicaStatus): ReplicaDto {
  return { state, lagSeconds: lagMs === null ? null : Math.round(lagMs) / 1_000 };
}

function notReady(detail: string): ProblemError {
  return new ProblemError(503, detail, undefined, { 'retry-after': RETRY_AFTER_SECONDS });
}

/** Waits for a fact. Returns null if it cannot be read in time, because it must not decide about readiness. */
async function factInTime<T>(reading: Promise<T>): Promise<T | null> {
  const fact = await inTime(reading, FACTS_TIMEOUT_MS).catch(() => null);
  return fact ?? null;
}
