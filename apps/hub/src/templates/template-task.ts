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
import type { MessagePort } from 'node:worker_threads';

/** A task for the template thread. */
export type TemplateTask =
  | { readonly kind: 'compile'; readonly tasks: readonly CompileTask[] }
  | ({ readonly kind: 'render' } & RenderTask)
  | ({ readonly kind: 'match' } & MatchTask)
  | ({ readonly kind: 'trial' } & TrialTask);

/** Result of a task. Results of a compile task are in the order of its tasks. */
export type TemplateResult =
  | { readonly kind: 'compile'; readonly results: readonly CompileResult[] }
  | { readonly kind: 'render'; readonly rendering: Rendering }
  | { readonly kind: 'match'; readonly judgement: Judgement }
  | { readonly kind: 'trial'; readonly tried: readonly TriedEvent[] };

/** A task and its port, as passed to the thread. */
export interface TemplateMessage {
  readonly task: TemplateTask;
  /** Port that gets a message when the thread starts the task. The time limit of the task begins at that moment. */
  readonly begun: MessagePort;
}
