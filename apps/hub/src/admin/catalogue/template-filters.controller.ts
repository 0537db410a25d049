import { Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty } from '@nestjs/swagger';
import { TEMPLATE_FILTERS } from '@patchbay/mapping';
import { ScopedToCaller } from '../../http/roles.decorator.js';
import { AdminController } from '../common/admin-controller.decorator.js';

/** A filter that mappings can use. */
export class TemplateFilterDto {
  @ApiProperty({ example: 'e164' })
  readonly name!: string;

  @ApiProperty({ enum: ['patchbay', 'liquid'], description: "Patchbay's own filter, or a filter of Liquid." })
  readonly origin!: 'patchbay' | 'liquid';

  @ApiProperty({ example: 'Converts a phone number to E.164.' })
  readonly description!: string;

  @ApiProperty({ example: 'country?', description: 'Arguments in order; `?` marks an optional one. May be empty.' })
  readonly arguments!: string;
}

/** All filters that mappings can use. */
export class TemplateFiltersDto {
  @ApiProperty({ type: [TemplateFilterDto] })
  readonly data!: readonly TemplateFilterDto[];
}

/** Read access to the filters of mappings. */
@AdminController('v1/template-filters', 'template filters')
@ScopedToCaller(true)
export class TemplateFiltersController {
  /** Lists the filters. */
  @Get()
  @ApiOperation({ summary: 'List the filters that mappings can use', description: 'All on one page, by name.' })
  @ApiOkResponse({ type: TemplateFiltersDto })
  list(): TemplateFiltersDto {
    return { data: TEMPLATE_FILTERS };
  }
}
