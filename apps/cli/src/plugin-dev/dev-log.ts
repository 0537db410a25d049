import { stripVTControlCharacters } from 'node:util';
import type { Paint } from '../output/paint.js';
import { failureLines, type Reporter } from '../output/reporter.js';

const KEPT_ENTRIES = 50;

/** Output of one task of `patchbay plugin dev`. */
export interface DevEntry {
  /** Position in the order of the entries, from 1. */
  readonly number: number;
  /** Lines without styles. */
  readonly text: string;
}

/** Output of `patchbay plugin dev`: prints each entry, and keeps the newest 50 for the page. */
export class DevLog {
  private readonly kept: DevEntry[] = [];
  private count = 0;

  constructor(private readonly reporter: Reporter) {}

  /** Styles of the printed lines. */
  get paint(): Paint {
    return this.reporter.paint;
  }

  /** Newest entries, oldest first. */
  get entries(): readonly DevEntry[] {
    return this.kept;
  }

  /** Prints lines after an empty line, and keeps them. */
  add(lines: readonly string[]): void {
    for (const line of ['', ...lines]) this.reporter.line(line);
    this.keep(lines);
  }

  /** Prints an error to standard error, and keeps its lines. */
  fail(error: unknown): void {
    this.reporter.failure(error);
    this.keep(failureLines(error, this.paint));
  }

  private keep(lines: readonly string[]): void {
    this.count += 1;
    this.kept.push({ number: this.count, text: stripVTControlCharacters(lines.join('\n')) });
    if (this.kept.length > KEPT_ENTRIES) this.kept.shift();
  }
}
