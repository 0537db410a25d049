import { MessageChannel } from 'node:worker_threads';
import type { OnModuleDestroy } from '@nestjs/common';
import { callerId, type Caller } from '@patchbay/core';
import { timeoutAfterReads } from '@patchbay/http';
import type {
  CompileResult,
  CompileTask,
  Judgement,
  MatchTask,
  Rendering,
  RenderTask,
  TrialTask,
  TriedEvent,
} from '@patchbay/mapping';
import { Piscina } from 'piscina';
import { ProblemError } from '../http/problem.js';
import { KeyedSerialQueue } from './keyed-serial-queue.js';
import type { TemplateMessage, TemplateResult, TemplateTask } from './template-task.js';
import { threadOptions } from './thread-options.js';

/**
 * Time limit of a task, in milliseconds. Rendering has limits that are far lower, so a valid template does not exceed
 * this limit even on a busy machine.
 */
const TIME_LIMIT_MS = 5_000;
/**
 * Maximum time that a task waits for the thread, in milliseconds. A task of another key may use the thread for at most
 * the time limit.
 */
const WAIT_LIMIT_MS = 30_000;
/** Number of templates compiled in one task. 20 templates of maximum size stay below the time limit of a task. */
const COMPILE_BATCH_SIZE = 20;

/**
 * Compiles and runs untrusted templates and filters in a separate thread with limits of time and memory, so that they
 * never block the event loop. Runs one task per key at a time.
 */
export class TemplatePool implements OnModuleDestroy {
  private readonly turns = new KeyedSerialQueue();
  private readonly pool = new Piscina<TemplateMessage, TemplateResult>(threadOptions());

  /** @param timeLimitMs maximum duration of a task, in milliseconds */
  constructor(private readonly timeLimitMs = TIME_LIMIT_MS) {}

  /**
   * Compiles the tasks and returns their results in the order of the tasks. All methods throw a ProblemError 422 if a
   * limit is exceeded, or 429 if too many tasks wait.
   */
  async compile(caller: Caller, tasks: readonly CompileTask[]): Promise<readonly CompileResult[]> {
    const results: CompileResult[] = [];
    for (let start = 0; start < tasks.length; start += COMPILE_BATCH_SIZE) {
      const some = { kind: 'compile', tasks: tasks.slice(start, start + COMPILE_BATCH_SIZE) } as const;
      const done = await this.run(caller, some);
      if (done.kind === 'compile') results.push(...done.results);
    }
    return results;
  }

  /** Renders a mapping. */
  async render(caller: Caller, task: RenderTask): Promise<Rendering> {
    const done = await this.run(caller, { kind: 'render', ...task });
    if (done.kind !== 'render')
      throw new Error(
        'The template thread returned the wrong kind of result for this task. This is a bug in the template thread.',
      );
    return done.rendering;
  }

  /** Evaluates a filter. */
  async match(caller: Caller, task: MatchTask): Promise<Judgement> {
    const done = await this.run(caller, { kind: 'match', ...task });
    if (done.kind !== 'match')
      throw new Error(
        'The template thread returned the wrong kind of result for this task. This is a bug in the template thread.',
      );
    return done.judgement;
  }

  /** Tries events with two versions of a subscription. Returns fewer results than events at the task's own limit. */
  async trial(caller: Caller, task: TrialTask): Promise<readonly TriedEvent[]> {
    const done = await this.run(caller, { kind: 'trial', ...task });
    if (done.kind !== 'trial')
      throw new Error(
        'The template thread returned the wrong kind of result for this task. This is a bug in the template thread.',
      );
    return done.tried;
  }

  async onModuleDestroy(): Promise<void> {
    await this.pool.destroy();
  }

  private run(caller: Caller, task: TemplateTask): Promise<TemplateResult> {
    return this.turns.run(callerId(caller), () => this.runNow(task));
  }

  private async runNow(task: TemplateTask): Promise<TemplateResult> {
    const stop = new AbortController();
    const { port1: begins, port2: begun } = new MessageChannel();
    let cancel = timeoutAfterReads(() => stop.abort(busy()), WAIT_LIMIT_MS);
    begins.once('message', () => {
      cancel();
      cancel = timeoutAfterReads(() => stop.abort(tooLong()), this.timeLimitMs);
    });
    try {
      return await this.pool.run({ task, begun }, { signal: stop.signal, transferList: [begun] });
    } catch (error) {
      if (stop.signal.aborted) throw stop.signal.reason;
      throw isOutOfMemory(error) ? tooLarge() : error;
    } finally {
      cancel();
      begins.close();
    }
  }
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
}

function tooLong(): ProblemError {
  return new ProblemError(
    422,
    'The templates and filters were stopped, because they took longer than 5 s. Nothing was changed. Use fewer ' +
      'loops and filters in them, or a smaller event.',
  );
}

function tooLarge(): ProblemError {
  return new ProblemError(
    422,
    'The templates and filters were stopped, because they used too much memory. Nothing was changed. Build shorter ' +
      'texts and lists.',
  );
}

function busy(): ProblemError {
  const detail =
    'The request was not processed, because the templates of other keys use all capacity. Retry after Retry-After.';
  return new ProblemError(429, detail, undefined, { 'retry-after': '5' });
}
