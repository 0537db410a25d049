/** Problem that makes a plugin unusable. */
export interface PluginProblem {
  /** Folder or package of the plugin. */
  readonly plugin: string;
  /** Problem, its location, and the fix. */
  readonly message: string;
}

/**
 * Error that stops the start of the hub if any plugin is unusable. Lists every problem of every plugin, one per line.
 */
export class PluginBootError extends Error {
  override readonly name = 'PluginBootError';
  constructor(readonly problems: readonly PluginProblem[]) {
    super(
      `${problems.length === 1 ? 'A plugin is invalid' : `Plugins have ${problems.length} problems`}. Fix every line below, then restart:\n` +
        problems.map((problem) => `  ${problem.plugin}: ${problem.message}`).join('\n'),
    );
  }
}
