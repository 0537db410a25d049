import type { ConfigurationStore } from '@patchbay/core';

/**
 * Problems of the configuration that do not keep a hub from being ready: files that its start did not apply, and brands
 * whose file waits for a confirmation. Its text is public, so it holds no names and no paths.
 */
export class ConfigurationHealth {
  private readonly atStart: string[] = [];

  constructor(private readonly store: Pick<ConfigurationStore, 'unconfirmedBrands'>) {}

  /** Notes a problem that stays until this process ends. */
  addProblem(problem: string): void {
    this.atStart.push(problem);
  }

  /** All problems in one text; null if there is none. */
  async problem(): Promise<string | null> {
    const { length: unconfirmed } = await this.store.unconfirmedBrands();
    const problems = [
      ...this.atStart,
      ...(unconfirmed === 0 ? [] : [`${unconfirmed} changed brand file(s) wait for a confirmation (patchbay apply).`]),
    ];
    return problems.length === 0 ? null : `${problems.join(' ')} The log of the start says more.`;
  }
}
