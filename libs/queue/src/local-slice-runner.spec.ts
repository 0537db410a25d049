import { expect, it } from '@jest/globals';
import { LocalSliceRunner } from './local-slice-runner.js';

/** Creates a runner whose slices end when the test ends them. */
function heldSlices(): {
  slices: LocalSliceRunner;
  started: string[];
  end(id: string): Promise<void>;
  errors: unknown[];
} {
  const started: string[] = [];
  const errors: unknown[] = [];
  const ends = new Map<string, () => void>();
  const slices = new LocalSliceRunner(
    (id) => {
      started.push(id);
      return new Promise((resolve) => ends.set(id, resolve));
    },
    (error) => errors.push(error),
  );
  const end = async (id: string): Promise<void> => {
    ends.get(id)?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { slices, started, end, errors };
}

it('runs 64 slices at once, and starts the next when one ends', async () => {
  const { slices, started, end } = heldSlices();
  slices.run(Array.from({ length: 100 }, (_, index) => `d${index}`));
  expect(started).toHaveLength(64);
  await end('d3');
  expect(started).toHaveLength(65);
  expect(new Set(started).size).toBe(65);
});

it('runs one slice per destination, and another if the destination was woken during the slice', async () => {
  const { slices, started, end } = heldSlices();
  slices.run(['a', 'a']);
  slices.run(['a', 'b']);
  slices.run(['a']);
  expect(started).toEqual(['a', 'b']);
  await end('a');
  expect(started).toEqual(['a', 'b', 'a']);
  await end('a');
  expect(started).toHaveLength(3);
});

it('continues after a failed slice', async () => {
  const errors: unknown[] = [];
  const slices = new LocalSliceRunner(
    () => Promise.reject(new Error('invented failure')),
    (error) => errors.push(error),
  );
  slices.run(['a', 'b']);
  await slices.close();
  expect(errors).toHaveLength(2);
});
