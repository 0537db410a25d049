import type { DestinationGateway, SourceAdapters } from '@patchbay/core';
import type { CompileResult, CompileTask } from '@patchbay/mapping';

/** Adapters, destination types and compilers that the checks of a brand definition use. */
export interface BrandChecks {
  readonly adapters: SourceAdapters;
  readonly destinations: Pick<DestinationGateway, 'facts' | 'checkCredentials' | 'checkSettings'>;
  /** Returns the names of all destination types. */
  destinationTypes(): readonly string[];
  /** Returns the dotted names of a type's secret credentials. Undefined if no plugin provides the type. */
  secretFields(type: string): readonly string[] | undefined;
  /** Compiles a template or a filter of the definition, in this thread (`compileTask`) or in another thread. */
  compile(task: CompileTask): CompileResult;
}
