import type { FieldProblem } from '@patchbay/core';
import { ACTION, mostSimilar, type MessageShape } from '@patchbay/mapping';
import {
  addressPaths,
  isJsonObject,
  personalPaths,
  type AddressPath,
  type AnyDestinationDefinition,
  type DestinationAction,
  type Json,
} from '@patchbay/plugin-sdk';
import { splitPath, type SplitPath } from '../redaction/sensitive-values.js';
import { compileClass, type CompiledClass } from '../validation/compile-schema.js';

/** Action of a plugin, ready for use. */
export interface PluginAction {
  /** Name that mappings use. Null if the plugin has a single action. */
  readonly name: string | null;
  /** Label in the console. Null if the plugin has a single action. */
  readonly label: string | null;
  readonly definition: DestinationAction<object, object, object>;
  /** Compiled class of the messages, which includes the name of the action. */
  readonly message: CompiledClass;
  /** Paths of the personal values in a message. */
  readonly personal: readonly SplitPath[];
  /** Paths of the addresses to which a message is sent. */
  readonly addressPaths: readonly AddressPath[];
}

const NO_PROBLEMS: readonly FieldProblem[] = [];

/** Actions of one plugin. Finds the action of a message by its `$action`, or the single action of the plugin. */
export class PluginActions {
  readonly all: readonly PluginAction[];
  private readonly single: PluginAction | undefined;
  private readonly byName: ReadonlyMap<string, PluginAction>;

  constructor(private readonly definition: AnyDestinationDefinition) {
    if ('actions' in definition) {
      const named = Object.entries(definition.actions).map(([name, own]) => pluginAction(own, name, own.label));
      this.all = named;
      this.byName = new Map(named.map((action) => [action.name ?? '', action]));
    } else {
      this.single = pluginAction(definition, null, null);
      this.all = [this.single];
      this.byName = new Map();
    }
  }

  /** Returns the action of a message. Undefined if the message names no action of the plugin. */
  of(message: Json): PluginAction | undefined {
    if (this.single !== undefined) return this.single;
    const name = isJsonObject(message) ? message[ACTION] : undefined;
    return typeof name === 'string' ? this.byName.get(name) : undefined;
  }

  /** Returns the problems of a message, as {@link CompiledClass.check} does. */
  check(message: Json): readonly FieldProblem[] {
    const action = this.of(message);
    if (action === undefined) return [this.unknownAction(message)];
    return action.message.isValid(message) ? NO_PROBLEMS : action.message.check(message);
  }

  /** Returns the problems of every message of a shape, as {@link CompiledClass.checkShape} does. */
  checkShape(shape: MessageShape): readonly FieldProblem[] {
    return this.of(shape.message)?.message.checkShape(shape) ?? [this.unknownAction(shape.message)];
  }

  private unknownAction(message: Json): FieldProblem {
    const names = [...this.byName.keys()];
    const known = names.join(', ');
    const name = isJsonObject(message) ? message[ACTION] : undefined;
    if (name === undefined) return { field: ACTION, message: `is missing; name one of ${known}`, missing: true };
    const similar = typeof name === 'string' ? mostSimilar(name, names) : null;
    const hint = similar === null ? '' : `. Did you mean "${similar}"?`;
    const { type } = this.definition;
    return { field: ACTION, message: `is not an action of ${type}; use one of ${known}${hint}`, missing: false };
  }
}

function pluginAction(definition: PluginAction['definition'], name: string | null, label: string | null): PluginAction {
  return {
    name,
    label,
    definition,
    message: compileClass(definition.message, 'leftOut', name),
    personal: personalPaths(definition.message).map(splitPath),
    addressPaths: addressPaths(definition.message),
  };
}
