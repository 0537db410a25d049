import { Get, Inject, Param, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { fillSeries, type Clock } from '@patchbay/core';
import type { FastifyReply } from 'fastify';
import { CLOCK } from '../../database/database.module.js';
import { LAG_HEADERS } from '../../http/position-header.js';
import { KnownQuery } from '../../http/known-query.js';
import { ApiProblem } from '../../http/problem.dto.js';
import { AdminController } from '../common/admin-controller.decorator.js';
import { ListAnswers } from '../common/list-answers.service.js';
import { FreshConfiguration, findByName, recordsOfBrand } from '../common/fresh-configuration.service.js';
import { SeriesDto, SeriesRequestQuery, seriesRange, seriesView } from './series.dto.js';

/** Read access to time series. */
@AdminController('v1/brands/:brand/stats/series', 'stats')
export class SeriesController {
  constructor(
    private readonly brands: FreshConfiguration,
    private readonly lists: ListAnswers,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Returns the events and deliveries of a brand by minute or hour. */
  @Get()
  @ApiOperation({
    operationId: 'getSeries',
    summary: 'Get the events and deliveries of a brand by minute or hour',
    description:
      'Each step counts what was created in it, like `from` and `to` of the lists. Deliveries are counted by the ' +
      'state that they had at the last count. Minutes are kept 8 days, hours 400 days.',
  })
  @ApiOkResponse({ type: SeriesDto, headers: LAG_HEADERS })
  @ApiProblem(404, 'The brand or the destination does not exist')
  async get(
    @Param('brand') brandName: string,
    @KnownQuery() query: SeriesRequestQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SeriesDto> {
    const { configuration, brand } = await this.brands.findBrand(brandName);
    const destinations = recordsOfBrand(configuration.records.destinations, brand);
    const destinationId =
      query.destination === undefined ? null : findByName(destinations, query.destination, 'destination').id;
    const range = { brandId: brand.id, destinationId, ...seriesRange(query, this.clock.now()) };
    const [points, countedUntil] = await this.lists.read(reply, ({ series }) =>
      Promise.all([series.points(range), series.countedUntil()]),
    );
    return seriesView(range, query.step, countedUntil, fillSeries(points, range));
  }
}
