import { AnswerMemory } from './answer-memory.js';

const MAX_ENTRIES = 10_000;
const MAX_CHARACTERS = 16 * 1_024 * 1_024;

/** A memory of the usual size. @param ttlMs how long an answer is remembered, in milliseconds */
export function newMemory<T>(ttlMs: number): AnswerMemory<T> {
  return new AnswerMemory({
    ttlMs,
    maxEntries: MAX_ENTRIES,
    maxCharacters: MAX_CHARACTERS,
    now: () => performance.now(),
  });
}
