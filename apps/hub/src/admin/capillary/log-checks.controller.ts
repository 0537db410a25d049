import { Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { actorOf, LogChecks, type AuditLog, type Caller, type LogCheck, type LogCheckStore } from '@patchbay/core';
import { AUDIT_LOG, LOG_CHECK_STORE } from '../../database/database.module.js';
import { ApiProblem } from '../../http/problem.dto.js';
import { CurrentCaller } from '../../http/request-caller.js';
import { RequiresRole } from '../../http/roles.decorator.js';
import { AdminController } from '../common/admin-controller.decorator.js';
import { FreshConfiguration } from '../common/fresh-configuration.service.js';
import { ShowsPeopleIn } from '../common/present-names.js';
import { found, storedId } from '../common/stored-id.js';
import { LogCheckDetailsDto, logCheckDetailsView, LogChecksDto, logCheckView } from './log-check.dto.js';

const NOT_FOUND = 'The brand or the check does not exist';
/** Maximum number of missing events in an answer. */
const MAX_EVENTS = 1_000;

/** Endpoints that show and cancel checks of Capillary's log. `reconcile` starts a check. */
@AdminController('v1/brands/:brand/capillary/log-checks', 'capillary')
@ShowsPeopleIn('requestedBy')
export class LogChecksController {
  constructor(
    private readonly brands: FreshConfiguration,
    private readonly checks: LogChecks,
    @Inject(LOG_CHECK_STORE) private readonly store: LogCheckStore,
    @Inject(AUDIT_LOG) private readonly audit: Pick<AuditLog, 'append'>,
  ) {}

  /** Lists the last checks. */
  @Get()
  @ApiOperation({ operationId: 'listLogChecks', summary: "List the checks of Capillary's log, newest first" })
  @ApiOkResponse({ type: LogChecksDto })
  @ApiProblem(404, 'The brand does not exist')
  async list(@Param('brand') brand: string): Promise<LogChecksDto> {
    const { configuration } = await this.brands.findBrand(brand);
    return { data: (await this.checks.list(configuration)).map(logCheckView) };
  }

  /** Returns a check with its result. */
  @Get(':id')
  @ApiOperation({
    operationId: 'getLogCheck',
    summary: "Get a check of Capillary's log with its progress, counts per event type, and missing events",
  })
  @ApiOkResponse({ type: LogCheckDetailsDto })
  @ApiProblem(404, NOT_FOUND)
  async get(@Param('brand') name: string, @Param('id') id: string): Promise<LogCheckDetailsDto> {
    const { brand } = await this.brands.findBrand(name);
    return this.details(found(await this.store.find(brand.id, storedId(id, 'check')), 'check', id));
  }

  /** Cancels a check. */
  @Post(':id/cancel')
  @HttpCode(200)
  @RequiresRole('operator')
  @ApiOperation({
    operationId: 'cancelLogCheck',
    summary: "Cancel a check of Capillary's log",
    description: 'No further entries are compared. Recovered events stay. Has no effect if the check has ended.',
  })
  @ApiOkResponse({ type: LogCheckDetailsDto })
  @ApiProblem(404, NOT_FOUND)
  async cancel(
    @CurrentCaller() caller: Caller,
    @Param('brand') name: string,
    @Param('id') id: string,
  ): Promise<LogCheckDetailsDto> {
    const { brand } = await this.brands.findBrand(name);
    const check = found(await this.store.cancel(brand.id, storedId(id, 'check')), 'check', id);
    const { state } = check;
    await this.audit.append([
      {
        actor: actorOf(caller),
        action: 'logCheck.cancel',
        brandId: brand.id,
        target: check.id,
        before: null,
        after: { state },
      },
    ]);
    return this.details(check);
  }

  private async details(check: LogCheck): Promise<LogCheckDetailsDto> {
    const { id } = check;
    return logCheckDetailsView(
      check,
      await this.store.missingByType(id),
      await this.store.missingEvents(id, MAX_EVENTS),
    );
  }
}
