import type { DestinationGateway, SourceAdapters } from '@patchbay/core';
import type { CompileResult, CompileTask } from '@patchbay/mapping';

/** What the rest of the hub knows that a brand's definition has to agree with. */
export interface BrandChecks {
  readonly adapters: SourceAdapters;
  readonly destinations: Pick<DestinationGateway, 'facts' | 'checkCredentials' | 'checkSettings'>;
  /** The names of all destination types. */
  destinationTypes(): readonly string[];
  /** The dotted names of a type's credentials that are secret; undefined for a type that no plugin provides. */
  secretFields(type: string): readonly string[] | undefined;
  /** Compiles a template or a filter of the definition: `compileTask`, or something that has it done elsewhere. */
  compile(task: CompileTask): CompileResult;
}
