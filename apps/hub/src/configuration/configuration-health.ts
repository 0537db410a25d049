import { Inject, Injectable } from '@nestjs/common';
import type { ConfigurationStore } from '@patchbay/core';
import { CONFIGURATION_STORE } from '../database/database.module.js';

/**
 * Configuration problems of a hub that is ready nevertheless: files that were not applied at boot, and brands whose
 * file needs a confirmation. The text is public, so it contains no names and no paths.
 */
@Injectable()
export class ConfigurationHealth {
  private readonly atStart: string[] = [];

  constructor(@Inject(CONFIGURATION_STORE) private readonly store: Pick<ConfigurationStore, 'unconfirmedBrands'>) {}

  /** Adds a problem that remains until this process ends. */
  addProblem(problem: string): void {
    this.atStart.push(problem);
  }

  /** Returns all problems in one text, or null if there is none. */
  async problem(): Promise<string | null> {
    const { length: unconfirmed } = await this.store.unconfirmedBrands();
    const problems = [
      ...this.atStart,
      ...(unconfirmed === 0 ? [] : [`${unconfirmed} changed brand file(s) wait for a confirmation (patchbay apply).`]),
    ];
    return problems.length === 0 ? null : `${problems.join(' ')} See the log of the start for details.`;
  }
}
