import type { JsonObject } from '@patchbay/plugin-sdk';
import type { SandboxDefinition } from '../sandbox/sandbox-definition.js';
import type { PluginBench } from './plugin-bench.js';

/** Context of every part of the suite. */
export interface SuiteContext {
  /** Returns the bench, which exists after `beforeAll`. */
  readonly bench: () => PluginBench;
  readonly sandbox: SandboxDefinition;
  readonly folder: string;
  readonly events: Readonly<Record<string, JsonObject>>;
  readonly idempotent: boolean;
  readonly hasStatusCallback: boolean;
  readonly hasPoll: boolean;
}
