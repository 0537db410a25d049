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
import { PageQuery } from '../common/page-query.dto.js';
import { KeyDto, KeyPageDto, CreatedKeyDto, NewKeyDto } from './key.dto.js';
import { keyView } from './key.view.js';
import { Keys } from './keys.service.js';

/** What opens this API. A key for some brands deals in keys for those alone. */
@AdminController('v1/keys', 'keys')
@RequiresRole('admin')
@ScopedToCaller(true)
export class KeysController {
  constructor(
    private readonly keys: Keys,
    private readonly brands: FreshConfiguration,
  ) {}

  /** All keys. */
  @Get()
  @ApiOperation({ summary: 'The keys, the newest first', description: 'Never a key itself.' })
  @ApiOkResponse({ type: KeyPageDto })
  async list(@CurrentCaller() caller: Caller, @KnownQuery() query: PageQuery): Promise<KeyPageDto> {
    const { records } = await this.brands.current();
    const { data, nextCursor } = await this.keys.list(caller, query);
    return { data: data.map((key): KeyDto => keyView(key, records.brands)), nextCursor };
  }

  /** Makes one. */
  @Post()
  @HttpCode(201)
  @ApiOperation({
    summary: 'Make a key',
    description:
      'The answer is the only place where the key itself is ever told. It can do no more than yours, for no more brands ' +
      'and no longer.',
  })
  @ApiCreatedResponse({ type: CreatedKeyDto })
  async create(@CurrentCaller() caller: Caller, @Body(JsonBodyPipe) body: NewKeyDto): Promise<CreatedKeyDto> {
    const { key, secret } = await this.keys.create(caller, body);
    const { records } = await this.brands.current();
    return { ...keyView(key, records.brands), key: secret };
  }

  /** Revokes one. */
  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Revoke a key', description: 'From the answer on it opens nothing, in any process.' })
  @ApiNoContentResponse({ description: 'It is revoked' })
  @ApiProblem(404, 'There is no such key')
  revoke(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<void> {
    return this.keys.revoke(caller, id);
  }
}
