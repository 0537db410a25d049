import { Context, type Liquid } from 'liquidjs';
import { MAPPING_LIMITS } from '../limits.js';
import { RenderProblem, RenderTimeout } from '../render-problem.js';

/** Count above which a message is certainly too long. JSON needs at least 2 bytes where {@link RenderRun.spend} counts 25. */
const CERTAINLY_TOO_LONG = MAPPING_LIMITS.messageBytes * 12.5;

/** State of one render: its deadline and its size. */
export class RenderRun {
  private readonly deadline = performance.now() + MAPPING_LIMITS.messageMs;
  private maxBytes = 0;

  constructor(readonly engine: Liquid) {}

  /** Adds an upper bound of JSON bytes. Throws when the message is certainly too long. */
  spend(bytes: number): void {
    this.maxBytes += bytes;
    if (this.maxBytes > CERTAINLY_TOO_LONG) throw tooLong();
  }

  /** Throws if the finished message is too long. */
  checkLength(message: unknown): void {
    if (this.maxBytes <= MAPPING_LIMITS.messageBytes) return;
    if (Buffer.byteLength(JSON.stringify(message)) > MAPPING_LIMITS.messageBytes) throw tooLong();
  }

  /** Returns the remaining milliseconds. Throws if none remain. */
  timeLeft(): number {
    const left = this.deadline - performance.now();
    if (left <= 0) throw new RenderTimeout();
    return left;
  }
}

/** Names in scope at one point of a render, with the Liquid context for them. */
export class RenderFrame {
  private shared: Context | undefined;

  constructor(
    readonly run: RenderRun,
    readonly names: Readonly<Record<string, unknown>>,
  ) {}

  /** Returns the shared context of outputs, which cannot assign names. */
  outputContext(): Context {
    const left = this.run.timeLeft();
    return (this.shared ??= this.newContext(left));
  }

  /** Creates a context for a template string with tags, so that its assigned names do not leak. */
  tagContext(): Context {
    return this.newContext(Math.min(MAPPING_LIMITS.templateStringMs, this.run.timeLeft()));
  }

  /** Creates a frame with one more name, for an item of a `$each`. */
  with(name: string, value: unknown): RenderFrame {
    return new RenderFrame(this.run, { ...this.names, [name]: value });
  }

  private newContext(renderLimit: number): Context {
    const { engine } = this.run;
    return new Context({ ...this.names }, engine.options, { sync: true, renderLimit }, { liquid: engine });
  }
}

function tooLong(): RenderProblem {
  return new RenderProblem(`the message is longer than ${MAPPING_LIMITS.messageBytes / 1024} kB: shorten it.`);
}
