import type { StepTools } from './play-step.js';
import type { Step } from './story.js';

/** Part of the demo: one brand and the steps that its customers go through. */
export interface Chapter {
  readonly title: string;
  /** Text that the demo prints below the title of the chapter. */
  readonly about: string;
  readonly tools: StepTools;
  readonly steps: readonly Step[];
}
