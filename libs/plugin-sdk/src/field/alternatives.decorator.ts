import { registerDecorator, type ValidationArguments } from 'class-validator';
import { ownRecord, type Alternatives } from './field-registry.js';

/** Property name under which class-validator reports a class-level rule. */
export const ALTERNATIVES_PROPERTY = '(alternatives)';

/**
 * Requires exactly one of these sets of properties, and no property of the other sets. An empty set allows all
 * properties to be absent: `@OneOf([['basic'], ['bearer'], []])`.
 */
export function OneOf(sets: readonly (readonly string[])[]): ClassDecorator {
  return alternatives({ mode: 'one', sets });
}

/** Requires at least one of these sets of properties: `@AnyOf([['html'], ['text']])`. */
export function AnyOf(sets: readonly (readonly string[])[]): ClassDecorator {
  return alternatives({ mode: 'any', sets });
}

function alternatives(rule: Alternatives): ClassDecorator {
  return (target) => {
    ownRecord(target).alternatives.push(rule);
    registerDecorator({
      name: 'patchbayAlternatives',
      target,
      propertyName: ALTERNATIVES_PROPERTY,
      constraints: [rule],
      validator: {
        validate: (_value: unknown, args?: ValidationArguments) => args !== undefined && holds(rule, args.object),
        defaultMessage: () => describeAlternatives(rule),
      },
    });
  };
}

/** Returns the rule as text: `needs exactly one of: from; messagingServiceSid`. */
export function describeAlternatives(rule: Alternatives): string {
  const choices = rule.sets.map((set) => (set.length === 0 ? 'none of them' : set.join(' with ')));
  return rule.mode === 'one'
    ? `needs exactly one of: ${choices.join('; ')}`
    : `needs at least one of: ${choices.join('; ')}`;
}

function holds(rule: Alternatives, object: object): boolean {
  const values = new Map<string, unknown>(Object.entries(object));
  const filled = (name: string): boolean => (values.get(name) ?? null) !== null;
  const names = new Set(rule.sets.flat());
  const fitting = rule.sets.filter((set) => {
    if (!set.every(filled)) return false;
    return rule.mode === 'any' || [...names].every((name) => set.includes(name) || !filled(name));
  });
  return rule.mode === 'one' ? fitting.length === 1 : fitting.length > 0;
}
