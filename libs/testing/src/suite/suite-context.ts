import type { DestinationAction, JsonObject } from '@patchbay/plugin-sdk';
import type { SandboxDefinition } from '../sandbox/sandbox-definition.js';
import type { PluginBench } from './plugin-bench.js';
import type { Rules } from './rules.js';

/** Context of every part of the suite. */
export interface SuiteContext {
  /** Declares the tests. They are checked only if the plugin started. */
  readonly rules: Rules;
  /** Returns the bench, which exists after `beforeAll`. */
  readonly bench: () => PluginBench;
  /** Sandbox, with the message, samples and errors of the action. */
  readonly sandbox: SandboxDefinition;
  /** Action that is tested. */
  readonly action: DestinationAction<object, object, object>;
  readonly folder: string;
  readonly events: Readonly<Record<string, JsonObject>>;
  readonly idempotent: boolean;
  readonly hasStatusCallback: boolean;
  readonly hasPoll: boolean;
  readonly hasOAuth: boolean;
}

/** Names of the tests on which other tests depend. */
export const STARTS = 'is loaded by the hub';
export const ACCEPTS_SAMPLES = 'accepts the values of the sandbox';
export const SENDS = 'sends one message as the vendor documents it and returns the vendor’s id';
export const SENDS_THROUGH_CONTEXT = 'sends every request through `context.http`';
export const DECLARES_IDEMPOTENT = 'is idempotent if and only if the vendor ignores repeated messages';
export const THROTTLES = 'waits as long as Retry-After says after a 429';
export const READS_ERRORS_IN_2XX = 'reads the error in an answer with a 2xx status';
export const MAY_HAVE_SENT = 'reports a server error by whether the vendor may have accepted the message';
export const HAS_CALLBACKS = 'exist in the plugin if and only if the vendor has them';
export const REFUSES_FORGERIES = 'refuses forged calls';
