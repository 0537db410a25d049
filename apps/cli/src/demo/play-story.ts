import type { SandboxHub } from '@patchbay/testing';
import type { Reporter } from '../output/reporter.js';
import type { Chapter } from './chapter.js';
import { violationsIn } from './inbox.js';
import { checkStep, checkCallbacks } from './check-step.js';
import { stepLines, summary } from './report.js';
import { awaitCallbacks, playStep } from './play-step.js';
import type { StepResult } from './step-result.js';
import type { DemoAccess } from './next-steps.js';

/** Plays all chapters and prints each result. Resolves with the number of problems. */
export async function playStory(
  chapters: readonly Chapter[],
  access: DemoAccess,
  sandboxes: SandboxHub['sandboxes'],
  reporter: Reporter,
): Promise<number> {
  const { paint } = reporter;
  reporter.line(`  hub    ${paint.link(access.hubUrl)}   with embedded PostgreSQL`);
  reporter.line(`  inbox  ${paint.link(access.inboxUrl)}   sandboxes of the vendors: no real message is sent`);
  reporter.line();
  const results: StepResult[] = [];
  for (const chapter of chapters) results.push(...(await playChapter(chapter, results.length, reporter)));
  const problems = [...results.flatMap(checkStep), ...results.flatMap(checkCallbacks), ...violationsIn(sandboxes)];
  for (const problem of problems) reporter.line(paint.bad(`! ${problem}`));
  reporter.line(`${problems.length === 0 ? paint.good('✓') : paint.bad('✗')} ${summary(results, problems)}`);
  reporter.line();
  reporter.document({ ...access, ok: problems.length === 0, problems, steps: results.map(stepDocument) });
  return problems.length;
}

async function playChapter(
  { title, about, tools, steps }: Chapter,
  before: number,
  reporter: Reporter,
): Promise<readonly StepResult[]> {
  const { paint } = reporter;
  for (const line of [paint.bold(title), `   ${paint.dim(about)}`, '']) reporter.line(line);
  tools.inbox.skip();
  const played: StepResult[] = [];
  for (const step of steps) {
    const result = await playStep(step, tools);
    played.push(result);
    for (const line of stepLines(result, before + played.length, paint)) reporter.line(line);
  }
  return awaitCallbacks(played, tools);
}

function stepDocument({ step, answers, messages, deliveries, declined }: StepResult): object {
  return { title: step.title, events: answers, messages, deliveries, ...(declined === undefined ? {} : { declined }) };
}
