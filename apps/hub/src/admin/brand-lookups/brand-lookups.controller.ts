import { Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { Caller } from '@patchbay/core';
import { ApiProblem } from '../../http/problem.dto.js';
import { CurrentCaller } from '../../http/request-caller.js';
import { RequiresRole } from '../../http/roles.decorator.js';
import { AdminController } from '../common/admin-controller.decorator.js';
import { VerificationDto } from '../destinations/destination-actions.dto.js';
import { BrandLookupDto, BrandLookupsDto } from './brand-lookup.dto.js';
import { BrandLookupActions } from './brand-lookups.service.js';

/** Endpoints of the lookups in a brand's own systems: recipient resolver and enrichments. */
@AdminController('v1/brands/:brand/lookups', 'lookups')
export class BrandLookupsController {
  constructor(private readonly lookups: BrandLookupActions) {}

  /** Lists the lookups. */
  @Get()
  @ApiOperation({ operationId: 'listLookups', summary: 'List the lookups of a brand with their state' })
  @ApiOkResponse({ type: BrandLookupsDto })
  @ApiProblem(404, 'The brand does not exist')
  list(@Param('brand') brand: string): Promise<BrandLookupsDto> {
    return this.lookups.list(brand);
  }

  /** Tests a lookup. */
  @Post(':lookup/verify')
  @HttpCode(200)
  @RequiresRole('operator')
  @ApiOperation({
    operationId: 'verifyLookup',
    summary: 'Test the credentials of a lookup',
    description:
      'Looks up the customer of a delivery that waits for the lookup, or of one of the newest events. A passed test ' +
      'resumes a paused lookup. The answer of the system is not shown.',
  })
  @ApiOkResponse({ type: VerificationDto })
  @ApiProblem(404, 'The brand or the lookup does not exist')
  verify(
    @CurrentCaller() caller: Caller,
    @Param('brand') brand: string,
    @Param('lookup') lookup: string,
  ): Promise<VerificationDto> {
    return this.lookups.verify(caller, brand, lookup);
  }

  /** Resumes a lookup without a test. */
  @Post(':lookup/resume')
  @HttpCode(200)
  @RequiresRole('operator')
  @ApiOperation({ operationId: 'resumeLookup', summary: 'Resume a paused lookup without a test' })
  @ApiOkResponse({ type: BrandLookupDto })
  @ApiProblem(404, 'The brand or the lookup does not exist')
  resume(
    @CurrentCaller() caller: Caller,
    @Param('brand') brand: string,
    @Param('lookup') lookup: string,
  ): Promise<BrandLookupDto> {
    return this.lookups.resume(caller, brand, lookup);
  }
}
