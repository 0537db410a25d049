import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@patchbay/core';
import type { ApiPath } from '../api/api-path.js';
import { makeTour, openTour } from './make-tour.js';

describe('makeTour', () => {
  it('creates an empty brand', async () => {
    const calls: [string, object | undefined][] = [];
    const client = {
      post: async ({ template }: ApiPath, body?: object): Promise<JsonObject> => {
        calls.push([template, body]);
        return {};
      },
    };
    await makeTour(client);
    expect(calls).toEqual([['/v1/brands', { name: 'tour', timezone: 'Asia/Kolkata' }]]);
  });
});

describe('openTour', () => {
  it('opens the brand after the sign-in', () => {
    const link = { url: 'http://127.0.0.1:3000/console/sign-in#token=abc', expiresAt: '2026-11-30T10:00:00.000Z' };
    expect(openTour(link).url).toBe('http://127.0.0.1:3000/console/sign-in?return=/b/tour#token=abc');
  });
});
