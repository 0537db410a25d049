import { describe, expect, it, jest } from '@jest/globals';
import { onAbort } from './on-abort.js';
import { StopSource } from './stop-source.js';

describe('StopSource', () => {
  it('notifies its listeners and the signal, including a signal that was created after the stop', () => {
    const source = new StopSource();
    const before = source.signal;
    const [heard, gone] = [jest.fn(), jest.fn()];
    source.addEventListener('abort', heard);
    source.addEventListener('abort', gone);
    source.removeEventListener('abort', gone);
    const reason = new Error('enough');
    source.stop(reason);
    source.stop(new Error('again'));
    expect([heard.mock.calls.length, gone.mock.calls.length]).toEqual([1, 0]);
    expect([before.aborted, before.reason]).toEqual([true, reason]);
    expect([source.aborted, source.reason]).toEqual([true, reason]);

    const other = new StopSource();
    other.stop(reason);
    expect([other.signal.aborted, other.signal.reason]).toEqual([true, reason]);
  });
});

describe('onAbort', () => {
  it('notifies all listeners through one listener of the signal', () => {
    const controller = new AbortController();
    const added = jest.spyOn(controller.signal, 'addEventListener');
    const [one, two, gone] = [jest.fn(), jest.fn(), jest.fn()];
    onAbort(controller.signal, one);
    onAbort(controller.signal, gone)();
    onAbort(controller.signal, two);
    controller.abort();
    expect([one, two, gone].map((listener) => listener.mock.calls.length)).toEqual([1, 1, 0]);
    expect(added).toHaveBeenCalledTimes(1);
  });
});
