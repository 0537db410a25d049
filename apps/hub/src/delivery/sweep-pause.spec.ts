import { expect, it } from '@jest/globals';
import { sweepPause } from './sweep-pause.js';

const FOUND = { found: true, tookMs: 4 };

it.each([
  ['is spread over a second', FOUND, true, [500, 1_000, 1_500]],
  ['is the same if the queue is down and nothing was due', { found: false, tookMs: 4 }, false, [500, 1_000, 1_500]],
  ['is short if the queue is down and there is work', FOUND, false, [50, 50, 50]],
  ['limits sweeps to a fifth of the time', { found: true, tookMs: 100 }, false, [500, 500, 500]],
  ['is at most a second', { found: true, tookMs: 9_000 }, false, [1_000, 1_000, 1_000]],
])('%s', (_what, last, queueUp, pauses) => {
  expect([0, 0.5, 1].map((random) => sweepPause(last, queueUp, random))).toEqual(pauses);
});
