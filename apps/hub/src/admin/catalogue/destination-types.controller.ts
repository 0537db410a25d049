import { Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam } from '@nestjs/swagger';
import { PluginGateway } from '@patchbay/plugin-host';
import { ScopedToCaller } from '../../http/roles.decorator.js';
import { KnownQuery } from '../../http/known-query.js';
import { ApiProblem } from '../../http/problem.dto.js';
import { ProblemError } from '../../http/problem.js';
import { AdminController } from '../common/admin-controller.decorator.js';
import { pageByName } from '../common/name-page.js';
import { PageQuery } from '../common/page.dto.js';
import {
  DestinationTypeDto,
  DestinationTypePageDto,
  destinationType,
  destinationTypeSummary,
} from './destination-type.dto.js';

/** Read access to the destination types of this hub. */
@AdminController('v1/destination-types', 'destination types')
@ScopedToCaller(true)
export class DestinationTypesController {
  constructor(private readonly plugins: PluginGateway) {}

  /** Lists destination types. */
  @Get()
  @ApiOperation({ summary: 'List destination types', description: 'One entry per plugin, ordered by name.' })
  @ApiOkResponse({ type: DestinationTypePageDto })
  list(@KnownQuery() query: PageQuery): DestinationTypePageDto {
    const { data, nextCursor } = pageByName(this.plugins.catalogue(), ({ type }) => type, query);
    return { data: data.map(destinationTypeSummary), nextCursor };
  }

  /** Returns a destination type. */
  @Get(':type')
  @ApiOperation({ summary: 'Get a destination type with its README' })
  @ApiParam({ name: 'type', example: 'acme-sms' })
  @ApiOkResponse({ type: DestinationTypeDto })
  @ApiProblem(404, 'No installed plugin provides the destination type')
  get(@Param('type') type: string): DestinationTypeDto {
    const info = this.plugins.catalogue().find((one) => one.type === type);
    if (info === undefined)
      throw new ProblemError(
        404,
        `No plugin provides the destination type ${JSON.stringify(type)}. Choose a type of GET ` +
          '/v1/destination-types, or install its plugin.',
      );
    return destinationType(info);
  }
}
