import { compileTask, matchTask, renderTask, trialTask } from '@patchbay/mapping';
import type { TemplateMessage, TemplateResult, TemplateTask } from './template-task.js';

/** Runs a task in a thread of the {@link TemplatePool}. This file loads only the mapping library. */
export default function run({ task, begun }: TemplateMessage): TemplateResult {
  begun.postMessage(null);
  return resultOf(task);
}

function resultOf(task: TemplateTask): TemplateResult {
  switch (task.kind) {
    case 'compile':
      return { kind: 'compile', results: task.tasks.map(compileTask) };
    case 'render':
      return { kind: 'render', rendering: renderTask(task) };
    case 'match':
      return { kind: 'match', judgement: matchTask(task) };
    case 'trial':
      return { kind: 'trial', tried: trialTask(task) };
  }
}
