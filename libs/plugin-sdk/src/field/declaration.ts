import { getMetadataStorage } from 'class-validator';
import type { Ctor } from '../destination.js';
import { isJson, type Json } from '../json.js';
import { ALTERNATIVES_PROPERTY } from './alternatives.decorator.js';
import type { ValidationRule } from './constraint-translation.js';
import { recordOf, type Alternatives, type DeclarationProblem, type RecordedField } from './field-registry.js';

/** Field with its options and rules. */
export interface DeclaredField extends RecordedField {
  readonly required: boolean;
  /** Default from the options or from the property's initial value. */
  readonly default: Json | undefined;
  readonly rules: readonly ValidationRule[];
}

/** Declarations of the fields of a DTO class, as the class's decorators recorded them. */
export interface Declaration {
  readonly className: string;
  readonly fields: readonly DeclaredField[];
  readonly alternatives: readonly Alternatives[];
  readonly problems: readonly DeclarationProblem[];
}

/** Returns the declarations of one class. Nested classes are read separately. */
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
    report(name, 'declare it with @Field({ label: … }), otherwise no form can offer it');
  }
  const fields = [...record.fields.values()].map((field): DeclaredField => {
    const own = rules.get(field.name) ?? [];
    const initialiser = initial.get(field.name);
    if (initialiser !== undefined && !isJson(initialiser))
      report(field.name, 'its initial value is not valid JSON; use plain data');
    const fallback = field.options.default ?? (isJson(initialiser) ? initialiser : undefined);
    const optional = fallback !== undefined || own.some((rule) => rule.name === 'isOptional');
    return { ...field, required: !optional, default: fallback, rules: own };
  });
  for (const name of record.alternatives.flatMap((rule) => rule.sets.flat())) {
    const field = fields.find((candidate) => candidate.name === name);
    if (field === undefined)
      report('', `an alternative names "${name}", which is not a field of the class; correct the name`);
    else if (field.required) report(name, 'it is one of several alternatives; mark it optional: true');
  }
  return { className: target.name, fields, alternatives: record.alternatives, problems };
}

/** Returns all properties of a new instance, including declared properties without an initial value (undefined). */
function initialValues(
  target: Ctor<object>,
  report: (property: string, message: string) => void,
): Map<string, unknown> {
  try {
    return new Map<string, unknown>(Object.entries(new target()));
  } catch {
    report('', 'its constructor throws; a DTO class may only declare properties');
    return new Map();
  }
}
