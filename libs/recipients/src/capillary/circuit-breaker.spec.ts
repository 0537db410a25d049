import { beforeEach, describe, expect, it } from '@jest/globals';
import { CircuitBreaker } from './circuit-breaker.js';

describe('CircuitBreaker', () => {
  let now = 0;
  let breaker = new CircuitBreaker(() => now);
  beforeEach(() => {
    now = 0;
    breaker = new CircuitBreaker(() => now);
  });
  const fail = (times: number): void => {
    for (let count = 0; count < times; count++) {
      expect(breaker.acquire()).toBe(0);
      breaker.failed();
    }
  };

  it('opens after five failures in a row, and not before', () => {
    fail(4);
    breaker.succeeded();
    fail(5);
    expect(breaker.acquire()).toBe(15_000);
    now = 14_000;
    expect(breaker.acquire()).toBe(1_000);
  });

  it('lets one probe pass, and closes after it succeeded', () => {
    fail(5);
    now = 15_000;
    expect(breaker.acquire()).toBe(0);
    expect(breaker.acquire()).toBeGreaterThan(0);
    breaker.succeeded();
    expect(breaker.acquire()).toBe(0);
    expect(breaker.acquire()).toBe(0);
  });

  it('opens for twice as long after a failed probe', () => {
    fail(5);
    now = 15_000;
    fail(1);
    expect(breaker.acquire()).toBe(30_000);
  });

  it('lets another probe pass if the first one made no call', () => {
    fail(5);
    now = 15_000;
    breaker.acquire();
    breaker.release();
    expect(breaker.acquire()).toBe(0);
  });
});
