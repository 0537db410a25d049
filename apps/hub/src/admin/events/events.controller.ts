import { Get, Inject, Param, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { quarantinedBody, type Caller, type ReadStore } from '@patchbay/core';
import type { FastifyReply } from 'fastify';
import { CurrentCaller } from '../../http/request-caller.js';
import { LAG_HEADERS } from '../../http/position-header.js';
import { KnownQuery } from '../../http/known-query.js';
import { ApiProblem } from '../../http/problem.dto.js';
import { READ_STORE } from '../../database/database.module.js';
import { PersonalDataAccessLog } from '../audit/personal-data-access-log.service.js';
import { AdminController } from '../common/admin-controller.decorator.js';
import { FreshConfiguration } from '../common/fresh-configuration.service.js';
import { ListAnswers } from '../common/list-answers.service.js';
import { CustomerIds } from '../common/customer-ids.service.js';
import { readPage } from '../common/page.dto.js';
import { found, storedId } from '../common/stored-id.js';
import { RevealQuery, eventFilter, EventQuery } from './event-query.dto.js';
import { EventDto, EventPageDto, eventSummaryView, eventView, revealedEventView } from './event.dto.js';
import { EventExplainer } from './event-explainer.service.js';

/** Read access to events. */
@AdminController('v1/brands/:brand/events', 'events')
export class EventsController {
  constructor(
    private readonly brands: FreshConfiguration,
    private readonly customers: CustomerIds,
    private readonly explainer: EventExplainer,
    private readonly accessLog: PersonalDataAccessLog,
    private readonly lists: ListAnswers,
    @Inject(READ_STORE) private readonly store: Pick<ReadStore, 'event'>,
  ) {}

  /** Lists events of a brand. */
  @Get()
  @ApiOperation({ summary: 'List events of a brand, newest first' })
  @ApiOkResponse({ type: EventPageDto, headers: LAG_HEADERS })
  @ApiProblem(404, 'The brand does not exist')
  async list(
    @Param('brand') brandName: string,
    @KnownQuery() query: EventQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<EventPageDto> {
    const current = await this.brands.findBrand(brandName);
    const filter = await this.customers.inFilter(eventFilter(query), current);
    return this.lists.readAbout(filter, reply, async ({ events }) => {
      const page = await readPage(query, (request) => events.events(current.brand.id, filter, request));
      const ids = page.data.map(({ id }) => id);
      const deliveries = await events.deliveriesOfEvents(current.brand.id, ids);
      const data = page.data.map((event) => eventSummaryView(event, deliveries.get(event.id) ?? []));
      return { data, nextCursor: page.nextCursor };
    });
  }

  /** Returns an event with its outcomes. */
  @Get(':id')
  @ApiOperation({
    summary: 'Get an event with its outcome for each subscription',
    description:
      "For each subscription at the event's revision: the reason for which it did not take the event, or its " +
      'delivery. Personal values are masked, unless a key with `reveal` requests them.',
  })
  @ApiOkResponse({ type: EventDto })
  @ApiProblem(404, 'The brand or the event does not exist')
  async get(
    @CurrentCaller() caller: Caller,
    @Param('brand') brandName: string,
    @Param('id') id: string,
    @KnownQuery() query: RevealQuery,
  ): Promise<EventDto> {
    const reveal = query.reveal === 'true';
    if (reveal) this.accessLog.refuseUnlessAllowed(caller);
    const current = await this.brands.findBrand(brandName);
    const { brand } = current;
    const event = found(await this.store.event(brand.id, storedId(id, 'event')), 'event', id);
    const [explanation] = await this.explainer.explain([event], current);
    const { personal, outcomes } = found(explanation ?? null, 'event', id);
    if (!reveal) return eventView(event, personal, outcomes);
    await this.accessLog.record(caller, brand.id, event.id);
    return revealedEventView(event, personal, outcomes, quarantinedBody(event, brand.vault));
  }
}
