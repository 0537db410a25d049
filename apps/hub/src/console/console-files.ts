import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folder of the built console, as `npm run build` fills it. */
export const CONSOLE_DIRECTORY = fileURLToPath(new URL('../../../console/dist', import.meta.url));

/** Content coding of a compressed file. */
export type Coding = 'br' | 'gzip';

/** File of the console. */
export interface ConsoleFile {
  readonly type: string;
  readonly body: Buffer;
  /** Compressed forms, which the build wrote beside the file. */
  readonly compressed: Readonly<Partial<Record<Coding, Buffer>>>;
  /** True if the name contains a hash of the content, so that browsers may keep the file for good. */
  readonly isImmutable: boolean;
}

/** Built console. */
export interface ConsoleFiles {
  /** Text of `index.html`, split where the nonce of a response belongs. */
  readonly index: readonly string[];
  /** Files by their path below `/console/`, except for `index.html`. */
  readonly files: ReadonlyMap<string, ConsoleFile>;
}

const INDEX = 'index.html';
const NONCE = '__CSP_NONCE__';
const HASHED = /^assets\/.*-[\w-]{8,}\.\w+$/;
const SUFFIXES: Readonly<Record<Coding, string>> = { br: '.br', gzip: '.gz' };
/** Types of the files that are served. Other files, such as source maps, are not. */
const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

/**
 * Reads the built console into memory. No request can then reach another file, and a build while the hub runs does not
 * mix old and new files. Returns null if the folder has no `index.html`.
 */
export function readConsoleFiles(directory: string): ConsoleFiles | null {
  const bodies = new Map(
    list(directory).map((path) => [relative(directory, path).split(sep).join('/'), readFileSync(path)]),
  );
  const index = bodies.get(INDEX)?.toString('utf8').split(NONCE);
  if (index === undefined) return null;
  const files = new Map<string, ConsoleFile>();
  for (const [path, body] of bodies) {
    const type = TYPES[extname(path)];
    if (type !== undefined) files.set(path, fileOf(path, type, body, bodies));
  }
  return { index, files };
}

function fileOf(path: string, type: string, body: Buffer, all: ReadonlyMap<string, Buffer>): ConsoleFile {
  const [br, gzip] = [all.get(path + SUFFIXES.br), all.get(path + SUFFIXES.gzip)];
  const compressed = { ...(br === undefined ? {} : { br }), ...(gzip === undefined ? {} : { gzip }) };
  return { type, body, compressed, isImmutable: HASHED.test(path) };
}

/** Lists the files of a folder and of its folders. Returns nothing if there is no such folder. */
function list(directory: string): readonly string[] {
  if (!existsSync(directory)) return [];
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
}
