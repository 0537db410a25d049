/** Instruction of a Dockerfile, such as `RUN npm run build`. */
export interface Instruction {
  readonly keyword: string;
  readonly rest: string;
}

/** Returns the stages of a Dockerfile, each with its `FROM`. Joins continued lines and leaves out comments. */
export function stagesOf(text: string): readonly (readonly Instruction[])[] {
  const stages: Instruction[][] = [];
  const lines = text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n')
    .replace(/\\\n\s*/g, '')
    .split('\n');
  for (const line of lines) {
    const [, keyword, rest] = /^([A-Z]+) (.*)$/.exec(line) ?? [];
    if (keyword === undefined || rest === undefined) continue;
    if (keyword === 'FROM') stages.push([]);
    stages.at(-1)?.push({ keyword, rest });
  }
  return stages;
}

/** Returns the variables that the `ENV` instructions of a stage set. */
export function environmentOf(stage: readonly Instruction[]): Readonly<Record<string, string>> {
  const settings = stage.filter(({ keyword }) => keyword === 'ENV').flatMap(({ rest }) => rest.split(' '));
  return Object.fromEntries(
    settings.map((setting) => {
      const at = setting.indexOf('=');
      return [setting.slice(0, at), setting.slice(at + 1)] as const;
    }),
  );
}

/** Returns the words of an instruction in the exec form, `["node", "main.js"]`. */
export function wordsOf(exec: string): readonly string[] {
  const words: unknown = JSON.parse(exec);
  if (!Array.isArray(words)) throw new Error(`${exec} is not in the exec form. Write it as a JSON list.`);
  return words.map(String);
}

/**
 * Returns a test for paths that `.dockerignore` excludes. Knows the patterns of our file: names, and `*` and `**` for
 * parts of a path.
 */
export function ignoredBy(text: string): (path: string) => boolean {
  const patterns = text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const source = line
        .replace(/[.+^$()|[\]{}]/g, '\\$&')
        .replace(/\*\*\/|\*/g, (stars) => (stars === '*' ? '[^/]*' : '(?:.*/)?'));
      return new RegExp(`^${source}(/|$)`);
    });
  return (path) => patterns.some((pattern) => pattern.test(path));
}
