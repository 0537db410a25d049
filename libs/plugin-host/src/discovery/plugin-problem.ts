/** What keeps a plugin from being used. */
export interface PluginProblem {
  /** The folder or package it is about. */
  readonly plugin: string;
  /** What is wrong, where, and how to fix it. */
  readonly message: string;
}

/** The hub does not start half-wired: every problem of every plugin, one a line. */
export class PluginBootError extends Error {
  override readonly name = 'PluginBootError';
  constructor(readonly problems: readonly PluginProblem[]) {
    super(
      `${problems.length === 1 ? 'A plugin cannot be used' : `${problems.length} problems keep plugins from being used`}:\n` +
        problems.map((problem) => `  ${problem.plugin}: ${problem.message}`).join('\n'),
    );
  }
}
