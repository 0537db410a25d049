import { describe, expect } from '@jest/globals';
import type { AnyDestinationDefinition } from '@patchbay/plugin-sdk';
import { callbackSamples } from '../sandbox/sandbox-definition.js';
import { CALLBACK_URL } from './plugin-bench.js';
import { readmeProblems } from './readme-blocks.js';
import { advise } from './rules.js';
import { unmarkedSecrets, type SecretCarrier } from './secrets-in-use.js';
import { ACCEPTS_SAMPLES, type SuiteContext } from './suite-context.js';

/** Tests the catalogue entry, and that secrets are never shown. */
export function describeMetadata(definition: AnyDestinationDefinition, { rules, bench, sandbox }: SuiteContext): void {
  const { type } = definition;
  describe('the definition', () => {
    rules.rule('has the type of its sandbox', () => {
      advise('Use the same "type" in the plugin and in the sandbox.', () => {
        expect({ loaded: bench().plugin.definition.type, sandbox: sandbox.type }).toEqual({
          loaded: type,
          sandbox: type,
        });
      });
    });

    rules.rule('introduces itself', () => {
      advise('Describe the plugin in the catalogue: a label, a sentence, a link and a logo.', () => {
        expect(definition.label).toMatch(/\S/);
        expect(definition.description).toMatch(/^[A-Z].{20,}\.$/s);
        if (definition.docsUrl !== undefined) expect(definition.docsUrl).toMatch(/^https:\/\//);
        expect(bench().plugin.logo).toMatch(/^data:image\//);
      });
    });

    rules.rule('has valid limits', () => {
      const { gateway, sandbox: running } = bench();
      const limits = Object.entries(gateway.facts(type)?.limits(running.settings) ?? {});
      advise('Use finite numbers greater than 0 in "limits", or leave a limit out.', () => {
        expect(limits.filter(([, value]) => !(value > 0 && Number.isFinite(value)))).toEqual([]);
      });
    });

    rules.rule(ACCEPTS_SAMPLES, () => {
      const { gateway, sandbox: running } = bench();
      advise('The sandbox has values that the classes of the plugin refuse. Correct the sandbox or the class.', () => {
        expect({
          credentials: gateway.checkCredentials(type, running.credentials),
          wrongCredentials: gateway.checkCredentials(type, running.wrongCredentials),
          settings: gateway.checkSettings(type, running.settings),
          message: gateway.checkMessage(type, sandbox.message),
        }).toEqual({ credentials: [], wrongCredentials: [], settings: [], message: [] });
      });
    });

    rules.rule('refuses unknown fields and empty values', () => {
      const { gateway } = bench();
      advise(
        'A class accepts everything. Declare each property with @Field, and make the required ones required.',
        () => {
          expect(gateway.checkMessage(type, { ...sandbox.message, noSuchField: 1 })).not.toEqual([]);
          expect(gateway.checkMessage(type, {})).not.toEqual([]);
          expect(gateway.checkCredentials(type, {})).not.toEqual([]);
        },
      );
    });

    const checked = rules.after(ACCEPTS_SAMPLES);
    checked.rule('marks every secret with `secret: true`', async () => {
      const { gateway, sandbox: running } = bench();
      await bench().verify({ isChanged: true });
      await bench().deliver({ isChanged: true });
      const carriers: readonly SecretCarrier[] = [...running.requests, ...callsOf(sandbox)];
      advise(
        'A brand could read a secret in the console. Add `secret: true` to the @Field of each listed property.',
        () => {
          expect([
            ...unmarkedSecrets('credentials', definition.credentials, running.credentials, carriers),
            ...unmarkedSecrets('settings', definition.settings, running.settings, carriers),
          ]).toEqual([]);
        },
      );
      advise('No property of the credentials is a secret. Add `secret: true` to the @Field of each secret.', () => {
        expect(gateway.secretPaths(type).credentials).not.toEqual([]);
      });
    });

    checked.rule('keeps stored settings valid', () => {
      const { gateway } = bench();
      const { storedSettings = [] } = sandbox;
      const current = gateway.settingsVersion(type);
      const problems = storedSettings.flatMap((stored, index) => {
        const { settings, problem } = gateway.migrateSettings(type, stored, index + 1);
        const wrong = gateway.checkSettings(type, settings).map(({ field, message }) => `settings.${field} ${message}`);
        return [...(problem === undefined ? [] : [problem]), ...wrong].map(
          (one) => `version ${String(index + 1)}: ${one}`,
        );
      });
      advise(
        'Settings that brands have stored no longer fit, so the hub would pause their destinations. Raise ' +
          '`settingsVersion`, convert the settings in `migrate`, and add an entry to `storedSettings` of the sandbox.',
        () => {
          expect(problems).toEqual([]);
        },
      );
      if (storedSettings.length === 0 && current === 1) return;
      advise('`storedSettings` of the sandbox must have one entry per `settingsVersion`, from version 1.', () => {
        expect(storedSettings).toHaveLength(current);
      });
    });

    checked.rule('has a README whose YAML blocks fit the classes', () => {
      const { plugin, gateway, sandbox: running } = bench();
      advise('A brand cannot apply the YAML of the README. Correct each listed line, or the class.', () => {
        expect(readmeProblems(plugin.readme ?? '', type, gateway, running)).toEqual([]);
      });
    });
  });
}

/** Returns one call of the vendor, which may contain a password or a token. */
function callsOf({ callbacks, credentials }: SuiteContext['sandbox']): readonly SecretCarrier[] {
  const payload = callbacks && callbackSamples(callbacks, 'the-delivery')[0]?.payload;
  if (!callbacks || !payload) return [];
  const { url, headers, body } = callbacks.call(CALLBACK_URL, payload, credentials);
  return [{ headers, query: new URL(url).searchParams, text: body }];
}
