import type { CompileResult, CompileTask, Judgement, MatchTask, Rendering, RenderTask } from '@patchbay/mapping';
import type { MessagePort } from 'node:worker_threads';

/** A piece of work for the template thread. */
export type TemplateTask =
  | { readonly kind: 'compile'; readonly tasks: readonly CompileTask[] }
  | ({ readonly kind: 'render' } & RenderTask)
  | ({ readonly kind: 'match' } & MatchTask);

/** What comes of it, in the same order. */
export type TemplateResult =
  | { readonly kind: 'compile'; readonly results: readonly CompileResult[] }
  | { readonly kind: 'render'; readonly rendering: Rendering }
  | { readonly kind: 'match'; readonly judgement: Judgement };

/** A task as it is handed to the thread. */
export interface TemplateMessage {
  readonly task: TemplateTask;
  /** Gets a message when the thread begins: from then on its time counts. */
  readonly begun: MessagePort;
}
