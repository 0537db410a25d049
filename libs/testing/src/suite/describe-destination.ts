import { afterAll, beforeAll, beforeEach, describe, expect } from '@jest/globals';
import type { AnyDestinationDefinition, JsonObject } from '@patchbay/plugin-sdk';
import type { SandboxDefinition } from '../sandbox/sandbox-definition.js';
import { actionsUnderTest, type ActionUnderTest } from './action-under-test.js';
import { describeBatches } from './describe-batches.js';
import { describeCallbacks } from './describe-callbacks.js';
import { describeDelivery } from './describe-delivery.js';
import { describeFailures } from './describe-failures.js';
import { describeFields } from './describe-fields.js';
import { describeMetadata } from './describe-metadata.js';
import { describeOAuth } from './describe-oauth.js';
import { describePolls } from './describe-polls.js';
import { describePresets } from './describe-presets.js';
import { describeVerify } from './describe-verify.js';
import { PluginBench } from './plugin-bench.js';
import { pluginFolder } from './plugin-under-test.js';
import { advise, Rules } from './rules.js';
import { SAMPLE_EVENTS } from './sample-events.js';
import { SENDS_THROUGH_CONTEXT, STARTS, type SuiteContext } from './suite-context.js';

/** Inputs of the suite for one plugin. */
export interface DestinationUnderTest {
  readonly sandbox: SandboxDefinition;
  /** Folder of the spec: `new URL('.', import.meta.url)`. It contains the plugin's sources, or its compiled files. */
  readonly folder: URL;
  /** Data of further events by event type, for the tests of presets, in addition to the events of the suite. */
  readonly events?: Readonly<Record<string, JsonObject>>;
}

/**
 * Declares the tests that every plugin must pass, for each action of the plugin. The real host loads and checks the
 * plugin. The tests call the plugin through the hub's gateway and HTTP client, against the vendor's sandbox. The error of
 * a failed test begins with advice.
 */
export function describeDestination(definition: AnyDestinationDefinition, under: DestinationUnderTest): void {
  for (const action of actionsUnderTest(definition, under.sandbox)) describeAction(definition, action, under);
}

function describeAction(
  definition: AnyDestinationDefinition,
  { name, action, sandbox }: ActionUnderTest,
  { folder, events = {} }: DestinationUnderTest,
): void {
  const title = name === undefined ? definition.type : `${definition.type}, ${name}`;
  describe(`${title}: rules for every plugin`, () => {
    let running: PluginBench | undefined;
    let startError: Error | undefined;
    const rules = Rules.create();
    const context: SuiteContext = {
      rules: rules.after(STARTS),
      bench: () => {
        if (!running) throw new Error('The plugin did not start. See the first failure.');
        return running;
      },
      sandbox,
      action,
      folder: pluginFolder(folder),
      events: { ...SAMPLE_EVENTS, ...events },
      idempotent: (definition.idempotent ?? false) !== false,
      hasStatusCallback: definition.statusCallback !== undefined,
      hasPoll: definition.poll !== undefined,
      hasOAuth: definition.oauth !== undefined,
    };

    beforeAll(async () => {
      try {
        running = await PluginBench.start(folder, sandbox);
      } catch (error) {
        startError = error instanceof Error ? error : new Error(String(error));
      }
    });
    beforeEach(() => {
      running?.sandbox.clear();
    });
    afterAll(async () => {
      await running?.stop();
    });

    rules.rule(STARTS, () => {
      if (startError !== undefined) throw startError;
    });
    describeMetadata(definition, context);
    describePresets(context);
    describeDelivery(context);
    describeVerify(context);
    describeFields(context);
    describeFailures(context);
    describePolls(context);
    describeOAuth(context);
    describeBatches(context);
    describeCallbacks(context);
    context.rules.after(SENDS_THROUGH_CONTEXT).rule('throws only errors of the class DeliveryError', () => {
      advise(
        'The plugin threw another error than a DeliveryError, which the hub reports as a bug of the plugin. Correct ' +
          'the code at the location in the log line, or throw a DeliveryError.',
        () => {
          expect(context.bench().log.filter((line) => line.includes('plugin threw an error'))).toEqual([]);
        },
      );
    });
  });
}
