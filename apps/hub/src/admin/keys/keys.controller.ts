import { Body, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { Caller } from '@patchbay/core';
import { CurrentCaller } from '../../http/request-caller.js';
import { ScopedToCaller, RequiresRole } from '../../http/roles.decorator.js';
import { JsonBodyPipe } from '../../http/json-body.pipe.js';
import { KnownQuery } from '../../http/known-query.js';
import { ApiProblem } from '../../http/problem.dto.js';
import { AdminController } from '../common/admin-controller.decorator.js';
import { FreshConfiguration } from '../common/fresh-configuration.service.js';
import { PageQuery } from '../common/page.dto.js';
import { ShowsPeopleIn } from '../common/present-names.js';
import { KeyDto, KeyPageDto, CreatedKeyDto, NewKeyDto, keyView } from './key.dto.js';
import { Keys } from './keys.service.js';

/**
 * Endpoints that list, create and revoke keys. A key that is limited to some brands manages only keys of those brands.
 */
@AdminController('v1/keys', 'keys')
@RequiresRole('admin')
@ScopedToCaller(true)
@ShowsPeopleIn('createdBy')
export class KeysController {
  constructor(
    private readonly keys: Keys,
    private readonly brands: FreshConfiguration,
  ) {}

  /** Lists keys. */
  @Get()
  @ApiOperation({ summary: 'List keys, newest first', description: 'Secrets are never returned.' })
  @ApiOkResponse({ type: KeyPageDto })
  async list(@CurrentCaller() caller: Caller, @KnownQuery() query: PageQuery): Promise<KeyPageDto> {
    const brands = await this.brands.directory();
    const { data, nextCursor } = await this.keys.list(caller, query);
    return { data: data.map((key): KeyDto => keyView(key, brands)), nextCursor };
  }

  /** Creates a key. */
  @Post()
  @HttpCode(201)
  @ApiOperation({
    summary: 'Create a key',
    description:
      'The key is shown in this response only. It cannot have a higher role, more brands or a later expiry than ' +
      'your own key.',
  })
  @ApiCreatedResponse({ type: CreatedKeyDto })
  async create(@CurrentCaller() caller: Caller, @Body(JsonBodyPipe) body: NewKeyDto): Promise<CreatedKeyDto> {
    const { key, secret } = await this.keys.create(caller, body);
    return { ...keyView(key, await this.brands.directory()), key: secret };
  }

  /** Revokes a key. */
  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Revoke a key', description: 'Once this has returned, every process refuses the key.' })
  @ApiNoContentResponse({ description: 'The key is revoked' })
  @ApiProblem(404, 'The key does not exist')
  revoke(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<void> {
    return this.keys.revoke(caller, id);
  }
}
