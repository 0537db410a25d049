/** Attempt as the layout needs it. */
interface TimedAttempt {
  readonly startedAt: string;
  /** Duration in milliseconds. */
  readonly durationMs: number;
}

/** Bar of an attempt, in pixels. */
export interface AttemptBar {
  readonly x: number;
  readonly width: number;
}

/** Wait between two attempts, in pixels. */
export interface AttemptGap {
  readonly x: number;
  readonly width: number;
  /** Length of the wait in milliseconds, if the wait is cut because it is longer than five minutes. Null if drawn to scale. */
  readonly cutMs: number | null;
}

/** Places of the parts of a timeline, in pixels from its start. */
export interface AttemptLayout {
  readonly bars: readonly AttemptBar[];
  readonly gaps: readonly AttemptGap[];
  /** Place of the next attempt. Null if there is none. */
  readonly nextX: number | null;
  readonly width: number;
}

const LONGEST_GAP_MS = 300_000;
const CUT_WIDTH = 64;
const EDGE = 8;

/** Returns the width of a duration on a square-root scale, so that 50 ms and 30 s both remain visible. */
function scaled(milliseconds: number): number {
  return Math.sqrt(Math.max(0, milliseconds)) * 1.2;
}

/**
 * Places attempts on a timeline. The length of a bar is the duration on a square-root scale; waits of more than five
 * minutes are cut to the same width.
 * @param dueAt time of the next attempt in ISO 8601; null if there is none
 */
export function layOutAttempts(attempts: readonly TimedAttempt[], dueAt: string | null): AttemptLayout {
  const bars: AttemptBar[] = [];
  const gaps: AttemptGap[] = [];
  let x = EDGE;
  let end: number | null = null;
  const wait = (start: number): void => {
    if (end === null) return;
    const length = Math.max(0, start - end);
    const isCut = length > LONGEST_GAP_MS;
    const width = isCut ? CUT_WIDTH : 24 + scaled(length) / 6;
    gaps.push({ x, width, cutMs: isCut ? length : null });
    x += width;
  };
  for (const { startedAt, durationMs } of attempts) {
    const start = Date.parse(startedAt);
    wait(start);
    const width = Math.max(8, scaled(durationMs));
    bars.push({ x, width });
    x += width;
    end = start + durationMs;
  }
  let nextX: number | null = null;
  if (dueAt !== null && bars.length > 0) {
    wait(Date.parse(dueAt));
    nextX = x;
  }
  return { bars, gaps, nextX, width: x + EDGE };
}
