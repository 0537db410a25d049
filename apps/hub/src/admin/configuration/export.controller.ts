import { Get, Header, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces } from '@nestjs/swagger';
import { exportBrand, type ExportRequest } from '@patchbay/config';
import { definitionOf, storedBrand, type StoredBrand } from '@patchbay/core';
import { ApiProblem } from '../../http/problem.dto.js';
import { AdminController } from '../common/admin-controller.decorator.js';
import { FreshConfiguration } from '../common/fresh-configuration.service.js';
import { EditRules } from './edit-rules.service.js';

const YAML = 'application/yaml; charset=utf-8';

/** The way from the API into a file. */
@AdminController('v1/brands/:brand/export', 'configuration')
export class ExportController {
  constructor(
    private readonly brands: FreshConfiguration,
    private readonly rules: EditRules,
  ) {}

  /** Writes a brand as a file. */
  @Get()
  @Header('content-type', YAML)
  @ApiOperation({
    summary: 'What the API made of a brand, as a brand file',
    description:
      'Each secret is `${env:NAME}`, its name invented from where it stands; the names are listed at the top. Of a brand ' +
      'that a file manages only the objects are written that the API made.',
  })
  @ApiProduces('application/yaml')
  @ApiOkResponse({ content: { 'application/yaml': { schema: { type: 'string', example: 'brand: acme\n' } } } })
  @ApiProblem(404, 'There is no such brand')
  async export(@Param('brand') name: string): Promise<string> {
    const { configuration, brand } = await this.brands.findBrand(name);
    return exportBrand(apiManagedParts(storedBrand(configuration.records, brand)), this.rules.checks);
  }
}

/** The parts that the API manages. */
function apiManagedParts(stored: StoredBrand): ExportRequest {
  const { sources, destinations, subscriptions, ...header } = definitionOf(stored);
  return {
    definition: {
      ...header,
      sources: sources.filter(isIn(stored.sources)),
      destinations: destinations.filter(isIn(stored.destinations)),
      subscriptions: subscriptions.filter(isIn(stored.subscriptions)),
    },
    file: isApiManaged(stored.brand) ? null : (stored.brand.file ?? 'a file'),
  };
}

function isIn(records: readonly (Managed & { readonly name: string })[]): (spec: { readonly name: string }) => boolean {
  const names = new Set(records.filter(isApiManaged).map(({ name }) => name));
  return ({ name }) => names.has(name);
}

type Managed = Pick<StoredBrand['brand'], 'managedBy'>;

function isApiManaged({ managedBy }: Managed): boolean {
  return managedBy === 'api';
}
