import { Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam } from '@nestjs/swagger';
import { PluginGateway } from '@patchbay/plugin-host';
import { ScopedToCaller } from '../../http/roles.decorator.js';
import { KnownQuery } from '../../http/known-query.js';
import { ApiProblem } from '../../http/problem.dto.js';
import { ProblemError } from '../../http/problem.js';
import { AdminController } from '../common/admin-controller.decorator.js';
import { pageByName } from '../common/name-page.js';
import { PageQuery } from '../common/page-query.dto.js';
import { DestinationTypeDto, DestinationTypePageDto } from './destination-type.dto.js';
import { destinationType, destinationTypeSummary } from './destination-type.view.js';

/** What this hub can deliver to. */
@AdminController('v1/destination-types', 'destination types')
@ScopedToCaller(true)
export class DestinationTypesController {
  constructor(private readonly plugins: PluginGateway) {}

  /** The catalogue. */
  @Get()
  @ApiOperation({ summary: 'The catalogue of destination types', description: 'One for each plugin, by name.' })
  @ApiOkResponse({ type: DestinationTypePageDto })
  list(@KnownQuery() query: PageQuery): DestinationTypePageDto {
    const { data, nextCursor } = pageByName(this.plugins.catalogue(), ({ type }) => type, query);
    return { data: data.map(destinationTypeSummary), nextCursor };
  }

  /** One of them. */
  @Get(':type')
  @ApiOperation({ summary: 'A destination type, with its manual' })
  @ApiParam({ name: 'type', example: 'acme-sms' })
  @ApiOkResponse({ type: DestinationTypeDto })
  @ApiProblem(404, 'No plugin provides it')
  get(@Param('type') type: string): DestinationTypeDto {
    const info = this.plugins.catalogue().find((one) => one.type === type);
    if (info === undefined)
      throw new ProblemError(404, `No plugin provides the destination type ${JSON.stringify(type)}.`);
    return destinationType(info);
  }
}
