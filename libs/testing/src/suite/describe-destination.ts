import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from '@jest/globals';
import type { DestinationDefinition, JsonObject } from '@patchbay/plugin-sdk';
import type { SandboxDefinition } from '../sandbox/index.js';
import { describeCallbacks } from './describe-callbacks.js';
import { describeDelivery } from './describe-delivery.js';
import { describeFailures } from './describe-failures.js';
import { describeMetadata } from './describe-metadata.js';
import { describePolls } from './describe-polls.js';
import { describePresets } from './describe-presets.js';
import { describeVerify } from './describe-verify.js';
import { folderPath, PluginBench } from './plugin-bench.js';
import { SAMPLE_EVENTS } from './sample-events.js';
import type { SuiteContext } from './suite-context.js';

/** What the suite needs of a plugin. */
export interface DestinationUnderTest {
  readonly sandbox: SandboxDefinition;
  /** The plugin's folder: `new URL('.', import.meta.url)`. */
  readonly folder: URL;
  /** The content of events by type that presets are rendered for, beside the suite's own. */
  readonly events?: Readonly<Record<string, JsonObject>>;
}

/**
 * The suite that every plugin passes: found and checked by the real host, called through its gateway and its HTTP
 * client, against the vendor's sandbox.
 */
export function describeDestination<C extends object, S extends object, M extends object>(
  definition: DestinationDefinition<C, S, M>,
  { sandbox, folder, events = {} }: DestinationUnderTest,
): void {
  describe(`${definition.type}: what every plugin keeps to`, () => {
    let running: PluginBench | undefined;
    const context: SuiteContext = {
      bench: () => {
        if (!running) throw new Error('The plugin did not start; see the first failure.');
        return running;
      },
      sandbox,
      folder: folderPath(folder),
      events: { ...SAMPLE_EVENTS, ...events },
      idempotent: (definition.idempotent ?? definition.dedupes ?? false) !== false,
      hasStatusCallback: definition.statusCallback !== undefined,
      hasPoll: definition.poll !== undefined,
    };

    beforeAll(async () => {
      running = await PluginBench.start(folder, sandbox);
    });
    beforeEach(() => {
      context.bench().sandbox.clear();
    });
    afterEach(() => {
      expect(context.bench().log.filter((line) => line.includes('bug in plugin'))).toEqual([]);
    });
    afterAll(async () => {
      await running?.stop();
    });

    describeMetadata(definition, context);
    describePresets(context);
    describeVerify(context);
    describeDelivery(context);
    describeFailures(context);
    describePolls(context);
    describeCallbacks(context);
  });
}
