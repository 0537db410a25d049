/** Problem in a configuration, with its location. */
export interface ConfigurationProblem {
  /** Path of the file as given by the user. Left out for changes over the API. */
  readonly file?: string;
  /** Line number, from 1. */
  readonly line?: number;
  /** Path of the field: `destinations.sms.settings.from`. */
  readonly field: string;
  /** Description of the problem and its fix. Never contains a secret's value. */
  readonly message: string;
  /** Name of the environment variable that the field refers to and that is not set. */
  readonly unsetVariable?: string;
}

/** Error for a rejected configuration. The configuration in force does not change. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  constructor(readonly problems: readonly ConfigurationProblem[]) {
    super(problems.map(formatProblem).join('\n'));
  }
}

/** Formats a problem with its location: `config/brands/acme.yaml:12 destinations.sms.settings.from: …`. */
export function formatProblem(problem: ConfigurationProblem): string {
  const location =
    problem.file === undefined ? '' : `${problem.file}${problem.line === undefined ? '' : `:${problem.line}`} `;
  return `${location}${problem.field === '' ? '' : `${problem.field}: `}${problem.message}`;
}
