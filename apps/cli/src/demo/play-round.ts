import type { Reporter } from '../output/reporter.js';
import { judge, judgeCallbacks } from './judge.js';
import { stepLines, summary } from './report.js';
import { awaitCallbacks, playStep, type RoundTools } from './round.js';
import type { StepResult } from './step-result.js';
import { STORY } from './story.js';
import type { DemoPlaces } from './try-it.js';

/** Plays the whole story and tells of it as it goes. Resolves with how many things are not as they should be. */
export async function playRound(tools: RoundTools, places: DemoPlaces, reporter: Reporter): Promise<number> {
  const { paint } = reporter;
  reporter.line(`  hub    ${paint.link(places.hubUrl)}   brand "demo", embedded PostgreSQL, nothing else`);
  reporter.line(`  inbox  ${paint.link(places.inboxUrl)}   local stand-ins for the vendors: nobody gets a real SMS`);
  reporter.line();
  const played: StepResult[] = [];
  for (const step of STORY) {
    const result = await playStep(step, tools);
    played.push(result);
    for (const line of stepLines(result, played.length, paint)) reporter.line(line);
  }
  const results = await awaitCallbacks(played, tools);
  const problems = [...results.flatMap(judge), ...results.flatMap(judgeCallbacks), ...tools.inbox.violations()];
  for (const problem of problems) reporter.line(paint.bad(`! ${problem}`));
  reporter.line(`${problems.length === 0 ? paint.good('✓') : paint.bad('✗')} ${summary(results, problems)}`);
  reporter.line();
  reporter.document({ ...places, ok: problems.length === 0, problems, steps: results.map(stepDocument) });
  return problems.length;
}

function stepDocument({ step, answers, messages, deliveries, declined }: StepResult): object {
  return { title: step.title, events: answers, messages, deliveries, ...(declined === undefined ? {} : { declined }) };
}
