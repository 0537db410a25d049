import { Get, Header, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces } from '@nestjs/swagger';
import { exportBrand, type ExportRequest } from '@patchbay/config';
import { definitionOf, type StoredBrand } from '@patchbay/core';
import { ApiProblem } from '../../http/problem.dto.js';
import { AdminController } from '../common/admin-controller.decorator.js';
import { FreshConfiguration } from '../common/fresh-configuration.service.js';
import { EditRules } from './edit-rules.service.js';

const YAML = 'application/yaml; charset=utf-8';

/** Endpoint of `patchbay export`. */
@AdminController('v1/brands/:brand/export', 'configuration')
export class ExportController {
  constructor(
    private readonly brands: FreshConfiguration,
    private readonly rules: EditRules,
  ) {}

  /** Returns the API-managed parts of a brand as a brand file. */
  @Get()
  @Header('content-type', YAML)
  @ApiOperation({
    operationId: 'exportBrand',
    summary: 'Export a brand as a brand file',
    description:
      'Each secret is replaced by `${env:NAME}` with a name derived from its field; a comment at the top lists the ' +
      'names. If a file manages the brand, the export has only the objects that the API manages.',
  })
  @ApiProduces('application/yaml')
  @ApiOkResponse({ content: { 'application/yaml': { schema: { type: 'string', example: 'brand: acme\n' } } } })
  @ApiProblem(404, 'The brand does not exist')
  async export(@Param('brand') name: string): Promise<string> {
    const { configuration } = await this.brands.findBrand(name);
    return exportBrand(apiManagedParts(configuration.records), this.rules.checks);
  }
}

/** Selects the parts that the API manages. */
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
