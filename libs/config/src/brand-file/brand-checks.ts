import type { DestinationGateway, FieldProblem, SourceAdapters } from '@patchbay/core';
import type { CompileResult, CompileTask, MessageShape } from '@patchbay/mapping';

/** Checks of destinations and of the messages for them. */
export interface DestinationChecks extends Pick<DestinationGateway, 'facts' | 'checkCredentials' | 'checkSettings'> {
  /** Returns the invalid fields that every message of a shape has. Empty if no plugin provides the type. */
  checkMessageShape(type: string, shape: MessageShape): readonly FieldProblem[];
}

/** Adapters, destination types and compilers that the checks of a brand definition use. */
export interface BrandChecks {
  readonly adapters: SourceAdapters;
  readonly destinations: DestinationChecks;
  /** True if vendors can call the hub, so that the hub receives vendor statuses. */
  readonly hasPublicUrl: boolean;
  /** Returns true if the operator shares the hub's own AWS credentials with the brand. */
  sharesAwsCredentials(brand: string): boolean;
  /** Returns the names of all destination types. */
  destinationTypes(): readonly string[];
  /** Returns the dotted names of a type's secret credentials. Undefined if no plugin provides the type. */
  secretFields(type: string): readonly string[] | undefined;
  /** Compiles a template or a filter of the definition, in this thread (`compileTask`) or in another thread. */
  compile(task: CompileTask): CompileResult;
}
