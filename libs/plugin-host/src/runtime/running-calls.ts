/** Call that {@link RunningCalls} can stop. */
export interface RunningCall {
  /** Index of the call in its {@link RunningCalls}, which alone changes it. -1 if the call does not run. */
  position: number;
  shutDown(): void;
}

const runningUnder = new WeakMap<AbortSignal, RunningCalls>();

/**
 * Running calls of a signal, which stops all of them. Hundreds of calls share one listener, because adding and removing
 * a listener per call is slow, and Node.js warns about more than ten listeners.
 *
 * An array, not a Set. A Set replaces its table when it is full, and a full garbage collection moves the current table to
 * the old generation. From then on, each former table keeps the next table and its calls alive (decision 0146).
 */
export class RunningCalls {
  private readonly calls: RunningCall[] = [];

  private constructor(signal: AbortSignal) {
    signal.addEventListener('abort', () => {
      for (const call of [...this.calls]) call.shutDown();
    });
  }

  static under(signal: AbortSignal): RunningCalls {
    let running = runningUnder.get(signal);
    if (running === undefined) {
      running = new RunningCalls(signal);
      runningUnder.set(signal, running);
    }
    return running;
  }

  add(call: RunningCall): void {
    call.position = this.calls.push(call) - 1;
  }

  /** Removes a call. The last call takes its place. */
  remove(call: RunningCall): void {
    const { position } = call;
    const last = this.calls[this.calls.length - 1];
    if (position < 0 || last === undefined) return;
    this.calls[position] = last;
    last.position = position;
    this.calls.pop();
    call.position = -1;
  }
}
