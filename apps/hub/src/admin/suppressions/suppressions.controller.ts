import { Body, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { Caller } from '@patchbay/core';
import { JsonBodyPipe } from '../../http/json-body.pipe.js';
import { KnownQuery } from '../../http/known-query.js';
import { ApiProblem } from '../../http/problem.dto.js';
import { CurrentCaller } from '../../http/request-caller.js';
import { RequiresRole } from '../../http/roles.decorator.js';
import { AdminController } from '../common/admin-controller.decorator.js';
import { ShowsPeopleIn } from '../common/present-names.js';
import {
  AddSuppressionsDto,
  RevealedSuppressionQuery,
  SuppressionDto,
  SuppressionPageDto,
  SuppressionQuery,
  SuppressionsAddedDto,
  suppressionView,
} from './suppression.dto.js';
import { Suppressions } from './suppressions.service.js';

/** Endpoints of a brand's suppression list. */
@AdminController('v1/brands/:brand/suppressions', 'suppressions')
@ShowsPeopleIn('reportedBy')
export class SuppressionsController {
  constructor(private readonly suppressions: Suppressions) {}

  /** Lists suppressions. */
  @Get()
  @ApiOperation({
    operationId: 'listSuppressions',
    summary: 'List addresses that must not be messaged, newest first',
    description: 'Addresses are not shown. Search for one with `kind` and `address`, in any of its spellings.',
  })
  @ApiOkResponse({ type: SuppressionPageDto })
  @ApiProblem(404, 'The brand does not exist')
  async list(@Param('brand') brand: string, @KnownQuery() query: SuppressionQuery): Promise<SuppressionPageDto> {
    const { data, nextCursor } = await this.suppressions.list(brand, query);
    return { data: data.map((one) => suppressionView(one, null)), nextCursor };
  }

  /** Returns a suppression. */
  @Get(':id')
  @ApiOperation({ operationId: 'getSuppression', summary: 'Get a suppression' })
  @ApiOkResponse({ type: SuppressionDto })
  @ApiProblem(404, 'The brand or the suppression does not exist')
  async get(
    @CurrentCaller() caller: Caller,
    @Param('brand') brand: string,
    @Param('id') id: string,
    @KnownQuery() query: RevealedSuppressionQuery,
  ): Promise<SuppressionDto> {
    const { suppression, address } = await this.suppressions.get(caller, brand, id, query.reveal === 'true');
    return suppressionView(suppression, address);
  }

  /** Adds addresses. */
  @Post()
  @HttpCode(201)
  @RequiresRole('operator')
  @ApiOperation({
    operationId: 'addSuppressions',
    summary: 'Add addresses to the suppression list',
    description: 'All or none. An address that is already on the list with the same reason and scope changes nothing.',
  })
  @ApiCreatedResponse({ type: SuppressionsAddedDto })
  @ApiProblem(404, 'The brand does not exist')
  add(
    @CurrentCaller() caller: Caller,
    @Param('brand') brand: string,
    @Body(JsonBodyPipe) body: AddSuppressionsDto,
  ): Promise<SuppressionsAddedDto> {
    return this.suppressions.add(caller, brand, body);
  }

  /** Removes a suppression. */
  @Delete(':id')
  @HttpCode(204)
  @RequiresRole('operator')
  @ApiOperation({
    operationId: 'removeSuppression',
    summary: 'Remove a suppression',
    description: 'Messages may then be sent to the address again. Do so only if the customer agreed.',
  })
  @ApiNoContentResponse({ description: 'The suppression is removed' })
  @ApiProblem(404, 'The brand or the suppression does not exist')
  remove(@CurrentCaller() caller: Caller, @Param('brand') brand: string, @Param('id') id: string): Promise<void> {
    return this.suppressions.remove(caller, brand, id);
  }
}
