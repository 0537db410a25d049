import { ACTION } from '@patchbay/mapping';
import { textOf, type AnyDestinationDefinition, type DestinationAction, type JsonObject } from '@patchbay/plugin-sdk';
import type { SandboxDefinition } from '../sandbox/sandbox-definition.js';
import { messageOf } from './describe-fields.js';

/** Action of a plugin, with the parts of the sandbox that concern it. */
export interface ActionUnderTest {
  /** Name of the action. Undefined if the plugin has a single action. */
  readonly name: string | undefined;
  readonly action: DestinationAction<object, object, object>;
  readonly sandbox: SandboxDefinition;
}

/**
 * Returns the actions of a plugin, each with its message of the sandbox.
 * @throws Error if the sandbox does not have exactly one message per action
 */
export function actionsUnderTest(
  definition: AnyDestinationDefinition,
  sandbox: SandboxDefinition,
): readonly ActionUnderTest[] {
  if (!('actions' in definition)) return [{ name: undefined, action: definition, sandbox }];
  const messages = [sandbox.message, ...(sandbox.furtherActions ?? [])];
  const given = messages.map((message) => textOf(message[ACTION]) ?? 'none');
  const declared = Object.entries(definition.actions);
  if (
    given.toSorted().join() !==
    declared
      .map(([name]) => name)
      .toSorted()
      .join()
  ) {
    throw new Error(
      `The sandbox has messages of the actions ${given.join(', ')}, but the plugin has the actions ` +
        `${declared.map(([name]) => name).join(', ')}. Put one message per action into "message" and "furtherActions".`,
    );
  }
  return declared.map(([name, action]) => {
    const message = messages.find((one) => one[ACTION] === name) ?? {};
    return { name, action, sandbox: sandboxOf(name, { ...sandbox, message }) };
  });
}

/** Returns the sandbox without the samples and errors of other actions. */
function sandboxOf(name: string, { samples = [], errors, batch, ...sandbox }: SandboxDefinition): SandboxDefinition {
  const isOwn = ({ [ACTION]: action = name }: JsonObject): boolean => action === name;
  return {
    ...sandbox,
    samples: samples.filter((sample) => isOwn(messageOf(sample, 'https://sandbox.example'))),
    errors: errors.filter(({ message = {} }) => isOwn(message)),
    ...(batch && { batch: batchOf(batch, isOwn) }),
  };
}

function batchOf(
  { refused, ...batch }: NonNullable<SandboxDefinition['batch']>,
  isOwn: (message: JsonObject) => boolean,
): NonNullable<SandboxDefinition['batch']> {
  return refused !== undefined && isOwn(refused.message) ? { ...batch, refused } : batch;
}
