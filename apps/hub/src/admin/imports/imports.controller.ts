import { Body, Get, HttpCode, Param, Patch, Post, Req } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiCreatedResponse, ApiHeader, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { Caller } from '@patchbay/core';
import type { FastifyRequest } from 'fastify';
import { rawBodyOf } from '../../http/http-server.js';
import { JsonBodyPipe } from '../../http/json-body.pipe.js';
import { KnownQuery } from '../../http/known-query.js';
import { ApiProblem } from '../../http/problem.dto.js';
import { ProblemError } from '../../http/problem.js';
import { CurrentCaller } from '../../http/request-caller.js';
import { RequiresRole } from '../../http/roles.decorator.js';
import { AdminController } from '../common/admin-controller.decorator.js';
import { ShowsPeopleIn } from '../common/present-names.js';
import { ImportQuery, ImportRequestDto } from './import-request.dto.js';
import { ImportDto, ImportPageDto, importView, scanView } from './import.dto.js';
import { Imports } from './imports.service.js';

const NOT_FOUND = 'The brand, the source or the import does not exist';

/** Endpoints that upload, list and cancel imports of files. */
@AdminController('v1/brands/:brand/sources/:source/imports', 'imports')
@ShowsPeopleIn('requestedBy')
export class ImportsController {
  constructor(private readonly imports: Imports) {}

  /** Creates an import. */
  @Post()
  @HttpCode(201)
  @RequiresRole('operator')
  @ApiOperation({
    summary: 'Create an import of a file',
    description:
      'Upload the file next, in chunks with `PATCH`. When the last byte has arrived, the rows of the file become events ' +
      'of the source. Their subscriptions get them like the events of a call.',
  })
  @ApiCreatedResponse({ type: ImportDto })
  @ApiProblem(404, 'The brand or the source does not exist')
  @ApiProblem(409, 'The source takes no events, or too many bytes of other files are stored')
  async create(
    @CurrentCaller() caller: Caller,
    @Param('brand') brand: string,
    @Param('source') source: string,
    @Body(JsonBodyPipe) body: ImportRequestDto,
  ): Promise<ImportDto> {
    return importView(await this.imports.create(caller, brand, source, body));
  }

  /** Lists the imports of a source. */
  @Get()
  @ApiOperation({ summary: 'List the imports of a source, newest first' })
  @ApiOkResponse({ type: ImportPageDto })
  @ApiProblem(404, 'The brand or the source does not exist')
  async list(
    @Param('brand') brand: string,
    @Param('source') source: string,
    @KnownQuery() query: ImportQuery,
  ): Promise<ImportPageDto> {
    const page = await this.imports.list(brand, source, query);
    return { data: page.data.map(importView), nextCursor: page.nextCursor, scan: scanView(page.scan) };
  }

  /** Returns an import. */
  @Get(':id')
  @ApiOperation({ summary: 'Get an import with its progress' })
  @ApiOkResponse({ type: ImportDto })
  @ApiProblem(404, NOT_FOUND)
  async get(
    @Param('brand') brand: string,
    @Param('source') source: string,
    @Param('id') id: string,
  ): Promise<ImportDto> {
    return importView(await this.imports.get(brand, source, id));
  }

  /** Adds a chunk to an uploaded file. */
  @Patch(':id')
  @RequiresRole('operator')
  @ApiOperation({
    summary: 'Upload the next chunk of a file',
    description:
      'The body is the next bytes of the file, at most 4 MiB, in any content type. After an interruption, get the import ' +
      'and continue at `receivedBytes`.',
  })
  @ApiHeader({ name: 'upload-offset', required: true, description: 'Number of bytes of the file before the chunk.' })
  @ApiConsumes('application/offset+octet-stream')
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
  @ApiOkResponse({ type: ImportDto })
  @ApiProblem(404, NOT_FOUND)
  @ApiProblem(409, 'The chunk does not continue the upload (see the header `upload-offset`), or the upload has ended')
  @ApiProblem(413, 'The chunk is over 4 MiB')
  async append(
    @Param('brand') brand: string,
    @Param('source') source: string,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
  ): Promise<ImportDto> {
    const start = uploadOffset(request.headers['upload-offset']);
    return importView(await this.imports.append(brand, source, id, start, rawBodyOf(request)));
  }

  /** Cancels an import. */
  @Post(':id/cancel')
  @HttpCode(200)
  @RequiresRole('operator')
  @ApiOperation({
    summary: 'Cancel an import',
    description:
      'No further rows are imported, and the uploaded file is deleted. Events of earlier rows stay. Has no effect if the ' +
      'import has ended.',
  })
  @ApiOkResponse({ type: ImportDto })
  @ApiProblem(404, NOT_FOUND)
  async cancel(
    @CurrentCaller() caller: Caller,
    @Param('brand') brand: string,
    @Param('source') source: string,
    @Param('id') id: string,
  ): Promise<ImportDto> {
    return importView(await this.imports.cancel(caller, brand, source, id));
  }
}

function uploadOffset(header: string | string[] | undefined): number {
  const offset = typeof header === 'string' && /^\d{1,15}$/.test(header) ? Number(header) : null;
  if (offset !== null) return offset;
  throw new ProblemError(
    400,
    'The header Upload-Offset is missing or is not a number. Set it to the number of bytes before the chunk.',
  );
}
