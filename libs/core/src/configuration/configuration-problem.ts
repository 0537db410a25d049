/** One thing wrong in a configuration, for the person who wrote it. */
export interface ConfigurationProblem {
  /** Path of the file as the user knows it; absent for what came over the API. */
  readonly file?: string;
  /** 1-based. */
  readonly line?: number;
  /** `destinations.sms.settings.from` */
  readonly field: string;
  /** What is wrong and how to fix it. Never holds a secret's value. */
  readonly message: string;
  /** Name of the environment variable that the field refers to and that is not set. */
  readonly unsetVariable?: string;
}

/** A configuration was refused; what runs goes on as it was. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  constructor(readonly problems: readonly ConfigurationProblem[]) {
    super(problems.map(formatProblem).join('\n'));
  }
}

/** `config/brands/acme.yaml:12 destinations.sms.settings.from: …` */
export function formatProblem(problem: ConfigurationProblem): string {
  const place =
    problem.file === undefined ? '' : `${problem.file}${problem.line === undefined ? '' : `:${problem.line}`} `;
  return `${place}${problem.field === '' ? '' : `${problem.field}: `}${problem.message}`;
}
