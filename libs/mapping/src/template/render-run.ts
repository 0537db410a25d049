import { Context, type Liquid } from 'liquidjs';
import { MAPPING_LIMITS } from '../limits.js';
import { RenderProblem, RenderTimeout } from '../render-problem.js';

/** JSON needs at least two bytes for what {@link RenderRun.spend} counts as 25. */
const SURELY_TOO_LONG = MAPPING_LIMITS.messageBytes * 12.5;

/** One render of one message: its clock and its size. */
export class RenderRun {
  private readonly deadline = performance.now() + MAPPING_LIMITS.messageMs;
  private most = 0;

  constructor(readonly engine: Liquid) {}

  /** Counts bytes of JSON, never fewer than there will be; throws once the message is too long for certain. */
  spend(bytes: number): void {
    this.most += bytes;
    if (this.most > SURELY_TOO_LONG) throw tooLong();
  }

  /** Throws where the finished message is too long. */
  checkLength(message: unknown): void {
    if (this.most <= MAPPING_LIMITS.messageBytes) return;
    if (Buffer.byteLength(JSON.stringify(message)) > MAPPING_LIMITS.messageBytes) throw tooLong();
  }

  /** Milliseconds left; throws where there are none. */
  timeLeft(): number {
    const left = this.deadline - performance.now();
    if (left <= 0) throw new RenderTimeout();
    return left;
  }
}

/** The names in scope at one point of a render, and Liquid's context for them. */
export class RenderFrame {
  private shared: Context | undefined;

  constructor(
    readonly run: RenderRun,
    readonly names: Readonly<Record<string, unknown>>,
  ) {}

  /** For outputs, which can assign nothing: one for all of them. */
  outputContext(): Context {
    const left = this.run.timeLeft();
    return (this.shared ??= this.newContext(left));
  }

  /** For a template string with tags: what it assigns stays in it. */
  tagContext(): Context {
    return this.newContext(Math.min(MAPPING_LIMITS.templateStringMs, this.run.timeLeft()));
  }

  /** A frame with one more name, for an item of a `$each`. */
  with(name: string, value: unknown): RenderFrame {
    return new RenderFrame(this.run, { ...this.names, [name]: value });
  }

  private newContext(renderLimit: number): Context {
    const { engine } = this.run;
    return new Context({ ...this.names }, engine.options, { sync: true, renderLimit }, { liquid: engine });
  }
}

function tooLong(): RenderProblem {
  return new RenderProblem(`the message is longer than ${MAPPING_LIMITS.messageBytes / 1024} kB.`);
}
