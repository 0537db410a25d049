import type { ConfigurationProblem } from '@patchbay/core';
import type { Checked } from './variable-checks.js';

/** Reader of environment variables. An empty variable counts as not set. */
export class VariableReader {
  /** Problems of the variables that were read so far. */
  readonly problems: ConfigurationProblem[] = [];

  constructor(private readonly env: Readonly<Record<string, string | undefined>>) {}

  isSet(name: string): boolean {
    return this.text(name) !== '';
  }

  /** Returns the checked value of a variable. Undefined if it is not set, or if it has a problem. */
  read<T>(name: string, check: (text: string) => Checked<T>): T | undefined {
    const text = this.text(name);
    if (text === '') return undefined;
    const checked = check(text);
    if ('value' in checked) return checked.value;
    this.problem(name, checked.problem);
    return undefined;
  }

  problem(name: string, message: string): void {
    this.problems.push({ field: name, message });
  }

  private text(name: string): string {
    return this.env[name]?.trim() ?? '';
  }
}
