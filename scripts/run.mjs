#!/usr/bin/env node
/**
 * The commands of a fresh clone: `node scripts/run.mjs demo|test|build|start|bench|chaos|repeat-tests|trace-event|lint-docs
 * [arguments]`.
 * Needs Node and its npm and nothing else; installs the dependencies when they are missing or the lock file has changed.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const OLDEST_NODE = [20, 19];
const STAMP = join(root, 'node_modules', '.patchbay-install');
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** To standard error, so that a command's own output can be piped on. */
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
    `Node ${OLDEST_NODE.join('.')} or newer is needed, this is ${process.versions.node}. Get it from https://nodejs.org.`,
  );
}

/**
 * Runs Node on a script and waits for it, passing our signals on. Ctrl-C in a terminal reaches the child by
 * itself, so it is not sent a second time; the child decides when to end, and we end as it did.
 */
function node(args, env = {}) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
    const pass = (signal) => {
      if (!(signal === 'SIGINT' && process.stdin.isTTY)) child.kill(signal);
    };
    for (const signal of SIGNALS) process.on(signal, pass);
    const done = (code) => {
      for (const signal of SIGNALS) process.off(signal, pass);
      resolve(code);
    };
    child.once('error', (error) => stop(`${args[0]} could not be started: ${error.message}`));
    child.once('exit', (code, signal) => done(code ?? 128 + (constants.signals[signal] ?? 0)));
  });
}

/** As {@link node}, and ends us when it fails. */
async function must(args, what, env) {
  const code = await node(args, env);
  if (code !== 0) {
    say(`${what} failed`);
    process.exit(code);
  }
}

/** npm's own script, run by this Node: no shell, and the same on Windows, where npm is a batch file. */
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
  return found ?? stop('npm was not found beside Node. Install it, then run "npm ci --ignore-scripts" here.');
}

/** What the installed tree depends on: the lock file, and Node and the platform for the binaries in it. */
function wantedStamp() {
  const lock = readFileSync(join(root, 'package-lock.json'));
  const hash = createHash('sha256').update(lock).digest('hex');
  return `${hash} ${process.platform}-${process.arch}\n`;
}

/** npm writes this file when it is done; where there is no stamp, somebody else (an image, a person) has run npm. */
function installedByHand() {
  const installed = statSync(join(root, 'node_modules', '.package-lock.json'), { throwIfNoEntry: false });
  return installed !== undefined && installed.mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs;
}

async function install() {
  const wanted = wantedStamp();
  const found = existsSync(STAMP) ? readFileSync(STAMP, 'utf8') : undefined;
  if (found === wanted) return;
  if (found === undefined && installedByHand()) return;
  const why = existsSync(join(root, 'node_modules')) ? 'the lock file has changed' : 'the first time takes a minute';
  say(`installing dependencies (${why}) …`);
  // Scripts of dependencies are not needed by anything here, so none gets to run.
  await must([npmScript(), 'ci', '--ignore-scripts', '--loglevel=error'], 'npm ci', { NODE_ENV: 'development' });
  writeFileSync(STAMP, wanted);
}

/** Installs the programs of test/tools, unless cspell is there in the version that its package.json names. */
async function installTools() {
  const tools = join(root, 'test', 'tools');
  const versionIn = (path, read) => (existsSync(path) ? read(JSON.parse(readFileSync(path, 'utf8'))) : undefined);
  const wanted = versionIn(join(tools, 'package.json'), ({ dependencies }) => dependencies.cspell);
  const installed = versionIn(join(tools, 'node_modules', 'cspell', 'package.json'), ({ version }) => version);
  if (installed === wanted) return;
  say('installing test/tools …');
  await must([npmScript(), 'ci', '--prefix', tools, '--ignore-scripts', '--loglevel=error'], 'npm ci');
}

async function build() {
  say('building …');
  await must([join('node_modules', 'typescript', 'bin', 'tsc'), '-b', 'tsconfig.build.json'], 'the build');
}

/**
 * Replaces `--shuffle-files SEED` by what Jest needs to run the files in the random order of that seed.
 * Jest itself can shuffle only the tests within a file.
 */
function shuffled(args) {
  const at = args.indexOf('--shuffle-files');
  if (at === -1) return args;
  const seed = args[at + 1];
  if (!/^\d+$/.test(seed ?? '')) stop('--shuffle-files takes a whole number as its seed, e.g. --shuffle-files 7');
  process.env.PATCHBAY_SHUFFLE_SEED = seed;
  return [...args.slice(0, at), ...args.slice(at + 2), '--testSequencer', './test/repeat/shuffle-files.mjs'];
}

const commands = {
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
    // Decision 0035. What the operator says comes later and wins.
    const options = `--max-old-space-size=1024 ${process.env.NODE_OPTIONS ?? ''}`;
    return node([main, ...args], { NODE_ENV: 'production', NODE_OPTIONS: options.trim() });
  },
  async chaos(args) {
    await build();
    const fromSources = ['--no-warnings', '--conditions=patchbay-src', '--import', '@swc-node/register/esm-register'];
    return node([...fromSources, join('test', 'chaos', 'main.mjs'), ...args]);
  },
  async bench(args) {
    await build();
    return node([join('test', 'bench', 'main.mjs'), ...args]);
  },
  test(args) {
    const jest = join('node_modules', 'jest', 'bin', 'jest.js');
    return node(['--experimental-vm-modules', '--no-warnings', jest, ...shuffled(args)]);
  },
  async 'trace-event'(args) {
    await build();
    return node([join('test', 'trace', 'main.mjs'), ...args]);
  },
  async 'lint-docs'(args) {
    await installTools();
    const cspell = join('test', 'tools', 'node_modules', 'cspell', 'bin.mjs');
    return node([cspell, 'lint', '--no-progress', '--show-suggestions', ...(args.length > 0 ? args : ['**/*.md'])]);
  },
  async 'repeat-tests'(args) {
    return node([join('test', 'repeat', 'main.mjs'), ...args]);
  },
};

const [name = '', ...args] = process.argv.slice(2);
checkNode();
if (!Object.hasOwn(commands, name)) {
  stop(`there is no command "${name}"; there are ${Object.keys(commands).join(', ')}`);
}
await install();
process.exit(await commands[name](args));
