import type { StepTools } from './play-step.js';
import type { Step } from './story.js';

/** A part of the demo: one brand, and what happens to its customers. */
export interface Chapter {
  readonly title: string;
  /** Said below the title. */
  readonly about: string;
  readonly tools: StepTools;
  readonly steps: readonly Step[];
}
