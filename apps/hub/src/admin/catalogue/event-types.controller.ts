import { Get, Inject } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { SourceAdapter, SourceAdapters } from '@patchbay/core';
import { ScopedToCaller } from '../../http/roles.decorator.js';
import { KnownQuery } from '../../http/known-query.js';
import { SOURCE_ADAPTERS } from '../../configuration/brand-checks.js';
import { AdminController } from '../common/admin-controller.decorator.js';
import { pageByName } from '../common/name-page.js';
import { EventTypePageDto, EventTypesQuery, type EventTypeDto } from './event-type.dto.js';

/** Read access to the event types that adapters declare. */
@AdminController('v1/event-types', 'event types')
@ScopedToCaller(true)
export class EventTypesController {
  private readonly types: readonly EventTypeDto[];

  constructor(@Inject(SOURCE_ADAPTERS) adapters: SourceAdapters) {
    this.types = [...adapters.values()].flatMap(eventTypesOf);
  }

  /** Lists event types. */
  @Get()
  @ApiOperation({ summary: 'List the event types that adapters declare', description: 'Ordered by adapter and type.' })
  @ApiOkResponse({ type: EventTypePageDto })
  list(@KnownQuery() query: EventTypesQuery): EventTypePageDto {
    const wanted = this.types.filter(({ adapter }) => query.adapter === undefined || adapter === query.adapter);
    return pageByName(wanted, ({ adapter, type }) => `${adapter}/${type}`, query);
  }
}

function eventTypesOf(adapter: SourceAdapter): EventTypeDto[] {
  return adapter.catalogue().map(({ type, label, group, schema, sample = null }) => ({
    ...{ adapter: adapter.name, type, label, group, schema, sample },
    safePaths: adapter
      .personalPaths(type)
      .safe.map(({ path }) => path)
      .filter((path) => path.startsWith('data.')),
  }));
}
