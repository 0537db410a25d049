import { Injectable } from '@nestjs/common';
import { checkBody, nameProblem, planEdit, type EditChecks } from '@patchbay/config';
import {
  definitionOf,
  draftVersion,
  type Caller,
  type ConfigurationProblem,
  type StoredBrand,
  type SubscriptionSpec,
  type SubscriptionVersionRecord,
} from '@patchbay/core';
import { isJson, isJsonObject, type JsonObject } from '@patchbay/plugin-sdk';
import { ProblemError } from '../../http/problem.js';
import { withThreadCompilation } from '../../templates/thread-compilation.js';
import { TemplatePool } from '../../templates/template-pool.js';
import type { CurrentBrand } from '../common/fresh-configuration.service.js';
import { EditRules } from '../configuration/edit-rules.service.js';

/** Name of a draft for which no name has been chosen. */
export const UNNAMED = 'unnamed-draft';

/** Checks unsaved subscriptions as if they were saved. Stores nothing. */
@Injectable()
export class Drafts {
  constructor(
    private readonly rules: EditRules,
    private readonly templates: TemplatePool,
  ) {}

  /**
   * Returns the version that saving the draft would create, also if a subscription of this name exists. Throws a
   * ProblemError 422 with every invalid field, below `draft`.
   */
  async version(caller: Caller, draft: unknown, current: CurrentBrand): Promise<SubscriptionVersionRecord> {
    if (!isJson(draft) || !isJsonObject(draft)) throw invalidDraft([{ field: '', message: 'must be a JSON object' }]);
    const stored = current.configuration.records;
    const { checks } = this.rules;
    const spec = await withThreadCompilation(
      (tasks) => this.templates.compile(caller, tasks),
      (compile) => checkedSpec(draft, stored, { ...checks, compile }),
    );
    return draftVersion(spec, stored);
  }
}

function checkedSpec(
  { name = UNNAMED, ...body }: JsonObject,
  stored: StoredBrand,
  checks: EditChecks,
): SubscriptionSpec {
  if (typeof name !== 'string') throw invalidDraft([{ field: 'name', message: 'must be a string' }]);
  const wrongName = nameProblem(name);
  if (wrongName !== undefined) throw invalidDraft([{ field: 'name', message: wrongName }]);
  const problems = checkBody(body);
  if (problems.length > 0) throw invalidDraft(problems);
  const part = { kind: 'subscription', name } as const;
  const planned = planEdit({ before: definitionOf(stored), part, isNew: true, patch: body }, checks);
  const spec = planned.definition?.subscriptions.find((one) => one.name === name);
  if (spec === undefined) throw invalidDraft(planned.problems);
  return spec;
}

function invalidDraft(problems: readonly ConfigurationProblem[]): ProblemError {
  const errors = problems.slice(0, 100).map(({ field, message }) => ({
    field: field === '' ? 'draft' : `draft.${field}`,
    detail: message,
  }));
  return new ProblemError(422, 'The draft is invalid. Correct the fields in `errors`.', errors);
}
