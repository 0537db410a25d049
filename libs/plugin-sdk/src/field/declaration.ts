import { getMetadataStorage } from 'class-validator';
import type { Ctor } from '../destination.js';
import { isJson, type Json } from '../json.js';
import { ALTERNATIVES_PROPERTY } from './alternatives.decorator.js';
import type { ValidationRule } from './constraint-translation.js';
import { recordOf, type Alternatives, type DeclarationProblem, type RecordedField } from './field-registry.js';

/** A field with all that its class says about it. */
export interface DeclaredField extends RecordedField {
  readonly required: boolean;
  /** From the options, or from the property's initialiser. */
  readonly default: Json | undefined;
  readonly rules: readonly ValidationRule[];
}

/** A DTO class as its decorators declare it. */
export interface Declaration {
  readonly className: string;
  readonly fields: readonly DeclaredField[];
  readonly alternatives: readonly Alternatives[];
  readonly problems: readonly DeclarationProblem[];
}

/** Reads one class; nested classes are read on their own. */
export function declarationOf(target: Ctor<object>): Declaration {
  const record = recordOf(target);
  const problems = [...record.problems];
  const report = (property: string, message: string): void => {
    problems.push({ className: target.name, property, message });
  };

  const initial = initialValues(target, report);
  const storage = getMetadataStorage();
  const rules = new Map(
    Object.entries(storage.groupByPropertyName(storage.getTargetValidationMetadatas(target, '', false, false))),
  );
  const refused = new Set(problems.map((problem) => problem.property));
  for (const name of new Set([...initial.keys(), ...rules.keys()])) {
    if (name === ALTERNATIVES_PROPERTY || record.fields.has(name) || refused.has(name)) continue;
    report(name, 'declare it with @Field({ label: … }), else nobody can fill it in');
  }
  const fields = [...record.fields.values()].map((field): DeclaredField => {
    const own = rules.get(field.name) ?? [];
    const initialiser = initial.get(field.name);
    if (initialiser !== undefined && !isJson(initialiser))
      report(field.name, 'its initial value is not JSON; use plain data');
    const fallback = field.options.default ?? (isJson(initialiser) ? initialiser : undefined);
    const optional = fallback !== undefined || own.some((rule) => rule.name === 'isOptional');
    return { ...field, required: !optional, default: fallback, rules: own };
  });
  for (const name of record.alternatives.flatMap((rule) => rule.sets.flat())) {
    const field = fields.find((candidate) => candidate.name === name);
    if (field === undefined) report('', `an alternative names "${name}", which is no field of the class`);
    else if (field.required) report(name, 'it is one of several alternatives, so mark it optional: true');
  }
  return { className: target.name, fields, alternatives: record.alternatives, problems };
}

/** Every property that the class itself sets up, declared ones without an initialiser included (as undefined). */
function initialValues(
  target: Ctor<object>,
  report: (property: string, message: string) => void,
): Map<string, unknown> {
  try {
    return new Map<string, unknown>(Object.entries(new target()));
  } catch {
    report('', 'its constructor throws; a DTO class only declares properties');
    return new Map();
  }
}
