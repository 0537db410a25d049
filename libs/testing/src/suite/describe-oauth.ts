import { describe, expect } from '@jest/globals';
import { answer } from '../sandbox/behaviour.js';
import { advise } from './rules.js';
import { ACCEPTS_SAMPLES, SENDS, type SuiteContext } from './suite-context.js';

const CONNECTS = 'has tokens in the sandbox if and only if the plugin has `oauth`';

/** Tests that a plugin with `oauth` uses the tokens of the hub. */
export function describeOAuth({ rules, bench, sandbox, hasOAuth }: SuiteContext): void {
  describe('OAuth', () => {
    rules.rule(CONNECTS, () => {
      advise(
        '`oauth` of the plugin and `oauth` of the sandbox belong together. Add the missing one, or remove both.',
        () => {
          expect({ plugin: hasOAuth, sandbox: sandbox.oauth !== undefined }).toEqual({
            plugin: hasOAuth,
            sandbox: hasOAuth,
          });
        },
      );
    });
    if (!hasOAuth || sandbox.oauth === undefined) return;
    const checked = rules.after(CONNECTS, ACCEPTS_SAMPLES, SENDS);

    checked.rule('refreshes a token that the vendor refuses, and repeats the request once', async () => {
      bench().sandbox.next(answer(401));
      const outcome = await bench().deliver();
      advise(
        'The vendor answered 401, and the message was not sent with a new token. Use `sendWithAccessToken`, or call ' +
          '`drop` of the token and request another one.',
        () => {
          expect({ kind: outcome.kind, received: bench().sandbox.received }).toEqual({ kind: 'accepted', received: 1 });
        },
      );
    });

    checked.rule('reports wrong credentials if the vendor refuses a new token, too', async () => {
      bench().sandbox.always(answer(401));
      const outcome = await bench().deliver();
      bench().sandbox.always(undefined);
      advise('Throw `credentials` after the second 401, so that the hub pauses the destination.', () => {
        expect(outcome).toMatchObject({ kind: 'credentials' });
      });
    });

    checked.rule('sends nothing without a connection', async () => {
      const outcome = await bench().deliver({ isConnected: false });
      advise('Request the token by `context.accessToken` before the first request, and let its error pass.', () => {
        expect({ kind: outcome.kind, requests: bench().sandbox.requests }).toEqual({
          kind: 'credentials',
          requests: [],
        });
      });
    });
  });
}
