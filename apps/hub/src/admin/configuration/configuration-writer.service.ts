import { Inject, Injectable } from '@nestjs/common';
import { nameProblem } from '@patchbay/config';
import {
  actorOf,
  type BrandPart,
  type Caller,
  type Confirmation,
  type ConfigurationProblem,
  type ConfigurationStore,
  type DecideEdit,
  type EditableBrand,
  type JsonObject,
  type SubscriptionVersionRecord,
} from '@patchbay/core';
import { ProblemError } from '../../http/problem.js';
import { CONFIGURATION_STORE } from '../../database/database.module.js';
import { withThreadCompilation } from '../../templates/thread-compilation.js';
import { TemplatePool } from '../../templates/template-pool.js';
import { FreshConfiguration } from '../common/fresh-configuration.service.js';
import {
  decideChange,
  decideCreation,
  decideDeletion,
  decideRestoration,
  type EditDependencies,
  type EditFindings,
  type KnownPart,
} from './decide-edit.js';
import { EditRules } from './edit-rules.service.js';
import { EntityTags } from './entity-tags.service.js';
import { StoredEventChecks } from './stored-event-checks.service.js';

/** A part of a brand to create. */
export interface NewPart {
  /** Name of the brand. Not used if the part is a brand. */
  readonly brand: string;
  readonly kind: BrandPart['kind'];
  readonly body: JsonObject;
}

/** A part of a brand that was created. */
export interface WrittenPart {
  readonly name: string;
  /** Findings that do not refuse the part. Fields are relative to the part. */
  readonly warnings: readonly ConfigurationProblem[];
}

/** A part of a brand, as a request names the part. */
export interface NamedPart extends KnownPart {
  readonly brand: string;
}

/**
 * Writes configuration that the API manages. Each call is atomic. After a call resolves, every process uses the new
 * configuration for new events.
 */
@Injectable()
export class ConfigurationWriter {
  private readonly editDependencies: Omit<EditDependencies, 'onAccepted'>;

  constructor(
    private readonly brands: FreshConfiguration,
    rules: EditRules,
    tags: EntityTags,
    private readonly templates: TemplatePool,
    private readonly storedEvents: StoredEventChecks,
    @Inject(CONFIGURATION_STORE) private readonly store: Pick<ConfigurationStore, 'edit'>,
  ) {
    this.editDependencies = { checks: rules.checks, tagOf: (stored, part) => tags.of(stored, part) };
  }

  /**
   * Creates a part of a brand and returns the name of the part with the warnings about it. All methods of this class throw a ProblemError if the
   * change is refused.
   */
  async create(caller: Caller, { brand, kind, body }: NewPart): Promise<WrittenPart> {
    const { name, ...partContent } = body;
    if (typeof name !== 'string') {
      const detail = name === undefined ? 'is missing: add it' : 'must be a string';
      throw new ProblemError(422, 'Some fields are invalid, so nothing was changed. Correct the fields in `errors`.', [
        { field: 'name', detail },
      ]);
    }
    const part = { kind, name };
    const findings = await this.edit(caller, kind === 'brand' ? name : brand, {}, (stored, rules) =>
      decideCreation(stored, brand, part, partContent, rules),
    );
    return { name, warnings: await this.warnings(kind === 'brand' ? name : brand, part, findings) };
  }

  /** Changes a part of a brand by a JSON Merge Patch. Returns the warnings about the part. */
  async change(
    caller: Caller,
    { brand, ...known }: NamedPart,
    body: JsonObject,
    confirmation: Confirmation,
  ): Promise<readonly ConfigurationProblem[]> {
    const findings = await this.edit(caller, brand, confirmation, (stored, rules) =>
      decideChange(stored, brand, known, body, rules),
    );
    return this.warnings(brand, known.part, findings);
  }

  /** Replaces a subscription by the content of one of its versions. Returns the warnings about it. */
  async restore(
    caller: Caller,
    { brand, ...known }: NamedPart,
    version: SubscriptionVersionRecord,
    confirmation: Confirmation,
  ): Promise<readonly ConfigurationProblem[]> {
    const findings = await this.edit(caller, brand, confirmation, (stored, rules) =>
      decideRestoration(stored, brand, known, version, rules),
    );
    return this.warnings(brand, known.part, findings);
  }

  /** Deletes a part of a brand. Does nothing if the part does not exist. */
  async delete(caller: Caller, { brand, ...known }: NamedPart, confirmation: Confirmation): Promise<void> {
    await this.edit(caller, brand, confirmation, (stored, rules) => decideDeletion(stored, brand, known, rules));
  }

  private async edit(
    caller: Caller,
    brand: string,
    confirmation: Confirmation,
    decideBy: (stored: EditableBrand | null, rules: EditDependencies) => ReturnType<DecideEdit>,
  ): Promise<EditFindings> {
    const { checks, tagOf } = this.editDependencies;
    const accepted: { findings: EditFindings } = { findings: { warnings: [], reads: [] } };
    const onAccepted = (findings: EditFindings): void => {
      accepted.findings = findings;
    };
    const decide: DecideEdit = (stored) =>
      withThreadCompilation(
        (tasks) => this.templates.compile(caller, tasks),
        (compile) => decideBy(stored, { checks: { ...checks, compile }, tagOf, onAccepted }),
      );
    if (nameProblem(brand) === undefined) await this.store.edit(brand, decide, actorOf(caller), confirmation);
    // No brand can have an invalid name. The database is not queried for such a name, because it may not accept the
    // name as a parameter.
    else await decide(null);
    await this.brands.refresh();
    return accepted.findings;
  }

  /** Returns the warnings about a written part. Subscriptions and sources are checked against stored events too. */
  private async warnings(
    brand: string,
    { kind, name }: BrandPart,
    { warnings, reads }: EditFindings,
  ): Promise<readonly ConfigurationProblem[]> {
    if (kind !== 'subscription' && kind !== 'source') return warnings;
    const own = reads.filter(({ subscription }) => subscription.name === name);
    // The change is stored already, so a failure of this check must not answer an error.
    const stored = await this.storedEvents.warnings(brand, own, { sourceLocations: new Map() }).catch(() => []);
    // A source and a subscription may have the same name.
    const prefix = `${kind}s.${name}.`;
    return [
      ...warnings,
      ...stored.flatMap(({ field, message }) =>
        field.startsWith(prefix) ? [{ field: field.slice(prefix.length), message }] : [],
      ),
    ];
  }
}
