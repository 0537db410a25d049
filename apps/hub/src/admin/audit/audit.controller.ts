import { Get, Inject } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { HubEnvironment } from '@patchbay/config';
import { personActorName, sees, type AuditEntry, type AuditFilter, type AuditLog, type Caller } from '@patchbay/core';
import { brandNotFound } from '../../http/problem.js';
import { CurrentCaller } from '../../http/request-caller.js';
import { ScopedToCaller, RequiresRole } from '../../http/roles.decorator.js';
import { KnownQuery } from '../../http/known-query.js';
import { ApiProblem } from '../../http/problem.dto.js';
import { HUB_ENVIRONMENT } from '../../context/hub-options.js';
import { AUDIT_LOG } from '../../database/database.module.js';
import { withDisplayPath } from '../../configuration/display-paths.js';
import { AdminController } from '../common/admin-controller.decorator.js';
import { FreshConfiguration } from '../common/fresh-configuration.service.js';
import { readPage } from '../common/page.dto.js';
import { timeRange, isoTime } from '../common/time-range.dto.js';
import { AuditPageDto, AuditQuery, type ActorDto, type AuditEntryDto } from './audit.dto.js';

/** Read access to the audit log. A key that is limited to some brands sees only the entries of those brands. */
@AdminController('v1/audit', 'audit')
@RequiresRole('admin')
@ScopedToCaller(true)
export class AuditController {
  constructor(
    private readonly brands: FreshConfiguration,
    @Inject(AUDIT_LOG) private readonly log: AuditLog,
    @Inject(HUB_ENVIRONMENT) private readonly environment: HubEnvironment,
  ) {}

  /** Lists audit entries. */
  @Get()
  @ApiOperation({
    operationId: 'listAuditEntries',
    summary: 'List audit entries, newest first',
    description: 'Entries are never changed or deleted.',
  })
  @ApiOkResponse({ type: AuditPageDto })
  @ApiProblem(404, 'The brand does not exist')
  async list(@CurrentCaller() caller: Caller, @KnownQuery() query: AuditQuery): Promise<AuditPageDto> {
    const filter = await this.filterOf(caller, query);
    const { data, nextCursor } = await readPage(query, (page) => this.log.entries(filter, page));
    return { data: data.map((entry) => this.view(entry)), nextCursor };
  }

  private async filterOf(caller: Caller, query: AuditQuery): Promise<AuditFilter> {
    const { brand, actor, action, target } = query;
    const brandIds = brand === undefined ? caller.brandIds : [await this.brandId(caller, brand)];
    return {
      ...timeRange(query),
      ...(brandIds === null ? {} : { brandIds }),
      ...(actor === undefined ? {} : { actor }),
      ...(action === undefined ? {} : { action }),
      ...(target === undefined ? {} : { target }),
    };
  }

  private async brandId(caller: Caller, name: string): Promise<string> {
    const { brand } = await this.brands.findBrand(name);
    if (!sees(caller, brand.id)) throw brandNotFound(name);
    return brand.id;
  }

  private view({ id, at, actor, person, action, brand, target, before, after }: AuditEntry): AuditEntryDto {
    const { configDirectory } = this.environment;
    return {
      ...{ id, at: isoTime(at), actor: actorView({ actor, person }), action, brand, target },
      before: withDisplayPath(before, configDirectory),
      after: withDisplayPath(after, configDirectory),
    };
  }
}

/** Builds the view of an actor, with the present name of a person instead of the recorded id. */
function actorView({ actor: { name, keyId }, person }: Pick<AuditEntry, 'actor' | 'person'>): ActorDto {
  if (person === null) return { name, keyId, person };
  const { id, name: ownName } = person;
  return { name: ownName === null ? name : name.replace(personActorName(id), () => ownName), keyId, person };
}
