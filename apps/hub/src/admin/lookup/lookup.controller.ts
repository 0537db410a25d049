import { Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { KnownQuery } from '../../http/known-query.js';
import { ApiProblem } from '../../http/problem.dto.js';
import { AdminController } from '../common/admin-controller.decorator.js';
import { LookupDto, LookupQuery } from './lookup.dto.js';
import { Lookup } from './lookup.service.js';

/** Look-up of ids. */
@AdminController('v1/brands/:brand/lookup', 'lookup')
export class LookupController {
  constructor(private readonly lookup: Lookup) {}

  /** Finds the objects with an id. */
  @Get()
  @ApiOperation({
    operationId: 'lookUpId',
    summary: 'Find the objects of a brand that have an id, of any kind',
    description:
      "Finds events, deliveries and replays by id, events by their sender's id, deliveries of the last ten weeks by the " +
      "vendor's id, and customers. For a `pii-less` brand, ids are hashed as in the other filters.",
  })
  @ApiOkResponse({ type: LookupDto })
  @ApiProblem(404, 'The brand does not exist')
  find(@Param('brand') brand: string, @KnownQuery() { id }: LookupQuery): Promise<LookupDto> {
    return this.lookup.find(brand, id);
  }
}
