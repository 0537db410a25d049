import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { systemClock } from '@patchbay/core';
import { CallContext } from './call-context.js';
import { PluginCall } from './plugin-call.js';

function contextOf(call: PluginCall): CallContext {
  const refuse = (): Promise<never> => Promise.reject(new Error('not used'));
  return new CallContext(
    {
      credentials: {},
      settings: {},
      http: { send: refuse, exchange: refuse, download: refuse },
      connections: { get: refuse },
      logger: { info: () => undefined, warn: () => undefined },
      now: systemClock.now,
      lock: (_key, fn) => fn(),
      token: refuse,
      accessToken: refuse,
      awsCredentials: refuse,
      get: () => {
        throw new Error('not used');
      },
    },
    call,
  );
}

describe('CallContext', () => {
  it('has the same hidden class for every call, so that calls leave no garbage in the old generation', () => {
    const { signal } = new AbortController();
    const calls = [1, 2].map(() => new PluginCall(1_000, signal));
    const [one, other] = calls.map(contextOf);
    setFlagsFromString('--allow-natives-syntax');
    const haveSameHiddenClass = runInNewContext('(one, other) => %HaveSameMap(one, other)') as (
      one: unknown,
      other: unknown,
    ) => boolean;
    const same = [haveSameHiddenClass(one, other), haveSameHiddenClass(one, {})];
    setFlagsFromString('--no-allow-natives-syntax');
    expect(same).toEqual([true, false]);
    for (const call of calls) call.done();
  });

  it('creates the axios instance once, and returns the signal of its call', () => {
    const call = new PluginCall(1_000, new AbortController().signal);
    const context = contextOf(call);
    expect(context.axios).toBe(context.axios);
    expect(context.signal).toBe(call.signal);
    call.done();
  });
});
