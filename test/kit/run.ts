import { execFile } from 'node:child_process';

/** Exit code and output of a program. */
export interface ProgramRun {
  readonly code: number;
  readonly output: string;
}

/** Runs a program without colours. Resolves for every exit code. */
export function run(program: string, args: readonly string[], folder: string): Promise<ProgramRun> {
  // Without the variables of the npm that started these tests, an npm in another folder reads its own configuration.
  const own = Object.entries(process.env).filter(([name]) => !/^npm_|^NODE_OPTIONS$/.test(name));
  const env = { ...Object.fromEntries(own), NO_COLOR: '1', FORCE_COLOR: '0' };
  return new Promise((resolve) => {
    execFile(program, args, { cwd: folder, env, maxBuffer: 16 << 20 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), output: stdout + stderr });
    });
  });
}

/** Runs a program that must succeed. Returns its output, or throws an error that contains it. */
export async function mustRun(program: string, args: readonly string[], folder: string): Promise<string> {
  const { code, output } = await run(program, args, folder);
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} exited with ${String(code)}:\n${output}`);
  return output;
}
