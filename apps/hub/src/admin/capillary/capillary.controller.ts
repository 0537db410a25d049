import { Body, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import {
  actorOf,
  CapillaryReconciliation,
  CapillaryRegistration,
  LogChecks,
  ReconciliationError,
  recordedName,
  RegistrationError,
  type Caller,
  type CompiledBrand,
} from '@patchbay/core';
import { isDeliveryError } from '@patchbay/plugin-sdk';
import { JsonBodyPipe } from '../../http/json-body.pipe.js';
import { ApiProblem } from '../../http/problem.dto.js';
import { ProblemError, RETRY_AFTER_SECONDS } from '../../http/problem.js';
import { CurrentCaller } from '../../http/request-caller.js';
import { RequiresRole } from '../../http/roles.decorator.js';
import { AdminController } from '../common/admin-controller.decorator.js';
import { FreshConfiguration } from '../common/fresh-configuration.service.js';
import { ShowsPeopleIn } from '../common/present-names.js';
import {
  CapillaryAccessDto,
  planView,
  ReconcileDto,
  ReconciliationDto,
  reconciliationView,
  RecordedDaysDto,
  recordedDaysView,
  RegisterDto,
  RegistrationDto,
  RegistrationPlanDto,
  registrationView,
} from './capillary.dto.js';

const REFUSED = 'The brand cannot be registered, or Capillary refused the call';
const NO_ANSWER = 'Capillary did not answer, or throttles calls';

/** Endpoints of a brand's registration at Capillary. */
@AdminController('v1/brands/:brand/capillary', 'capillary')
@ShowsPeopleIn('requestedBy')
export class CapillaryController {
  constructor(
    private readonly brands: FreshConfiguration,
    private readonly registration: CapillaryRegistration,
    private readonly reconciliation: CapillaryReconciliation,
    private readonly logChecks: LogChecks,
  ) {}

  /** Returns the registration as of the last comparison. */
  @Get()
  @ApiOperation({ operationId: 'getCapillary', summary: 'Show the registration of a brand at Capillary' })
  @ApiOkResponse({ type: RegistrationDto })
  @ApiProblem(404, 'The brand does not exist')
  async get(@Param('brand') brand: string): Promise<RegistrationDto> {
    const { configuration } = await this.brands.findBrand(brand);
    return registrationView(await this.registration.find(configuration));
  }

  /** Tests the access to Capillary. */
  @Post('verify')
  @HttpCode(200)
  @RequiresRole('operator')
  @ApiOperation({
    operationId: 'verifyCapillary',
    summary: 'Test the access to Capillary',
    description: 'Lists the webhooks of the organisation with the key of `platform.capillary`.',
  })
  @ApiOkResponse({ type: CapillaryAccessDto })
  @ApiProblem(404, 'The brand does not exist')
  @ApiProblem(409, REFUSED)
  @ApiProblem(503, NO_ANSWER)
  verify(@Param('brand') brand: string): Promise<CapillaryAccessDto> {
    return this.calling(brand, async (loaded) => ({ webhooks: await this.registration.verify(loaded) }));
  }

  /** Registers the brand, or shows what would change. */
  @Post('register')
  @HttpCode(200)
  @RequiresRole('admin')
  @ApiOperation({
    operationId: 'registerCapillary',
    summary: 'Create or update the webhook of a brand at Capillary',
    description:
      'The webhook gets the address of the source, a secret that the hub generates, and the event types that ' +
      'subscriptions use. Other fields of an existing webhook stay. Repeat the call at any time.',
  })
  @ApiOkResponse({ type: RegistrationPlanDto })
  @ApiProblem(404, 'The brand does not exist')
  @ApiProblem(409, REFUSED)
  @ApiProblem(503, NO_ANSWER)
  register(
    @CurrentCaller() caller: Caller,
    @Param('brand') brand: string,
    @Body(JsonBodyPipe) { dryRun = false, rotateSecret = false }: RegisterDto,
  ): Promise<RegistrationPlanDto> {
    return this.calling(brand, async (loaded) => {
      const plan = dryRun
        ? await this.registration.plan(loaded)
        : await this.registration.register(loaded, actorOf(caller), { rotate: rotateSecret });
      return planView(plan, !dryRun);
    });
  }

  /** Compares the webhook with Capillary now. */
  @Post('check')
  @HttpCode(200)
  @RequiresRole('operator')
  @ApiOperation({
    operationId: 'checkCapillary',
    summary: 'Compare the webhook of a brand with Capillary now',
    description: 'The hub does the same every five minutes. It updates the webhook only if nobody changed it there.',
  })
  @ApiOkResponse({ type: RegistrationDto })
  @ApiProblem(404, 'The brand does not exist')
  @ApiProblem(409, REFUSED)
  @ApiProblem(503, NO_ANSWER)
  check(@Param('brand') brand: string): Promise<RegistrationDto> {
    return this.calling(brand, async (loaded) => {
      await this.registration.reconcile(loaded);
      return registrationView(await this.registration.find(loaded));
    });
  }

  /** Compares stored events with the counts of Capillary. */
  @Post('reconcile')
  @HttpCode(200)
  @RequiresRole('operator')
  @ApiOperation({
    operationId: 'reconcileCapillary',
    summary: 'Compare the events of a brand with the counts of Capillary',
    description:
      'Compares the events per UTC day, and records the result. The hub does the same every day for registered brands. ' +
      'If events are missing, it publishes `capillary.gap`. If the brand has `platform.capillary.logs`, the hub then ' +
      'compares the log of these days, which may take hours. A running check of the log is not started again.',
  })
  @ApiOkResponse({ type: ReconciliationDto })
  @ApiProblem(404, 'The brand does not exist')
  @ApiProblem(409, 'The days cannot be compared, or Capillary refused the call')
  @ApiProblem(503, NO_ANSWER)
  reconcile(
    @CurrentCaller() caller: Caller,
    @Param('brand') brand: string,
    @Body(JsonBodyPipe) request: ReconcileDto,
  ): Promise<ReconciliationDto> {
    return this.calling(brand, async (loaded) => {
      const { days } = await this.reconciliation.run(loaded, request);
      return reconciliationView(days, await this.logChecks.start(loaded, request, recordedName(caller)));
    });
  }

  /** Returns the recorded comparisons. */
  @Get('days')
  @ApiOperation({ operationId: 'listCapillaryDays', summary: 'Show the last comparison of each day with Capillary' })
  @ApiOkResponse({ type: RecordedDaysDto })
  @ApiProblem(404, 'The brand does not exist')
  async days(@Param('brand') brand: string): Promise<RecordedDaysDto> {
    const { configuration } = await this.brands.findBrand(brand);
    return recordedDaysView(await this.reconciliation.recorded(configuration));
  }

  /** Deletes the webhook. */
  @Post('unregister')
  @HttpCode(200)
  @RequiresRole('admin')
  @ApiOperation({
    operationId: 'unregisterCapillary',
    summary: 'Delete the webhook of a brand at Capillary',
    description: 'Deletes the secret, too. The source then accepts no events.',
  })
  @ApiOkResponse({ type: RegistrationDto })
  @ApiProblem(404, 'The brand does not exist')
  @ApiProblem(409, REFUSED)
  @ApiProblem(503, NO_ANSWER)
  unregister(@CurrentCaller() caller: Caller, @Param('brand') brand: string): Promise<RegistrationDto> {
    return this.calling(brand, async (loaded) => {
      await this.registration.unregister(loaded, actorOf(caller));
      return registrationView(await this.registration.find(loaded));
    });
  }

  /** Calls Capillary for a brand, and turns its errors into problems. */
  private async calling<T>(name: string, work: (brand: CompiledBrand) => Promise<T>): Promise<T> {
    const { configuration } = await this.brands.findBrand(name);
    try {
      return await work(configuration);
    } catch (error) {
      if (error instanceof RegistrationError || error instanceof ReconciliationError)
        throw new ProblemError(409, error.message);
      if (!isDeliveryError(error)) throw error;
      if (error.kind === 'credentials' || error.kind === 'rejected') throw new ProblemError(409, error.message);
      const seconds =
        error.retryAfterMs === undefined ? RETRY_AFTER_SECONDS : String(Math.ceil(error.retryAfterMs / 1_000));
      throw new ProblemError(503, error.message, undefined, { 'retry-after': seconds });
    }
  }
}
