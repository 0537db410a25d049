import { describe, expect, it } from '@jest/globals';
import { effectsOfCall, healthOutcomes } from './call-effects.js';
import type { DestinationEffect } from './decide.js';
import type { AttemptOutcome } from './delivery.js';

const accepted: AttemptOutcome = { kind: 'accepted' };
const rejected: AttemptOutcome = { kind: 'rejected', message: 'no such customer' };
const transient: AttemptOutcome = { kind: 'transient', message: 'unavailable' };

describe('the health of a destination after a call', () => {
  it('counts one failure if the vendor answered for no message', () => {
    expect(healthOutcomes([transient, transient, transient])).toEqual([transient]);
  });

  it('counts the failure even if the first message was invalid', () => {
    const invalid: AttemptOutcome = { kind: 'mapping', message: 'no text' };
    expect(healthOutcomes([invalid, transient, transient])).toEqual([transient]);
    expect(healthOutcomes([invalid, invalid])).toEqual([]);
  });

  it('counts each message for which the vendor answered, and no failure', () => {
    expect(healthOutcomes([transient, accepted, rejected, accepted])).toEqual([accepted, rejected, accepted]);
  });
});

describe('the effects of a call', () => {
  const throttle = (until: number): DestinationEffect => ({ kind: 'throttle', until });
  const pause = (reason: string): DestinationEffect => ({ kind: 'pause', reason, errorKind: 'credentials' });

  it('are the longest throttling only', () => {
    expect(effectsOfCall([throttle(5), throttle(9), throttle(7)])).toEqual([throttle(9)]);
  });

  it('are a single pause, which makes all others needless', () => {
    expect(effectsOfCall([throttle(5), pause('first'), pause('second')])).toEqual([pause('first')]);
  });

  it('are none if nothing happened', () => {
    expect(effectsOfCall([])).toEqual([]);
  });
});
