import { describe, expect, it } from '@jest/globals';
import { callWithToken, fetchAccessToken } from './access-token.js';
import type { HttpRequest, HttpResponse } from './http-client.js';

const response = (status: number, text = '', headers = {}): HttpResponse => ({
  ...{ status, headers, text },
  json: () => null,
});

describe('fetchAccessToken', () => {
  const fetched = async (answer: HttpResponse) => {
    const requests: HttpRequest[] = [];
    const exchange = (request: HttpRequest) => {
      requests.push(request);
      return Promise.resolve(answer);
    };
    const request = { server: 'The token URL', url: 'https://a.example/token', fix: 'Check clientId.' };
    const token = await fetchAccessToken({ exchange }, { ...request, form: { grant_type: 'client_credentials' } });
    return { token, requests };
  };

  it('sends a POST that changes nothing, and reads the token and its lifetime', async () => {
    const { token, requests } = await fetched(response(200, '{"access_token":"t","expires_in":60}'));
    expect(token).toEqual({ value: 't', expiresInMs: 60_000 });
    expect(requests).toEqual([
      {
        ...{ method: 'POST', url: 'https://a.example/token', readsOnly: true },
        headers: { accept: 'application/json' },
        form: { grant_type: 'client_credentials' },
      },
    ]);
  });

  it('keeps a token without a lifetime for five minutes', async () => {
    expect((await fetched(response(200, '{"access_token":"t"}'))).token.expiresInMs).toBe(300_000);
  });

  it.each([
    [
      response(400, '{"error":"secret"}'),
      { kind: 'credentials', message: expect.stringMatching(/400.*Check clientId\.$/) },
    ],
    [response(200, '<html>'), { kind: 'credentials' }],
    [
      response(503),
      { kind: 'transient', message: 'The token URL answered 503 without a token. The hub retries the delivery.' },
    ],
    [response(429, '', { 'retry-after': '7' }), { kind: 'throttled', retryAfterMs: 7_000 }],
  ])('throws a classified error without the body: %j', async (answer, expected) => {
    const error: unknown = await fetched(answer).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ ...expected, response: { status: answer.status } });
    expect(JSON.stringify(error)).not.toContain('secret');
  });
});

describe('callWithToken', () => {
  const run = async (...statuses: number[]) => {
    const calls: string[] = [];
    let [fetches, drops] = [0, 0];
    const token = () => Promise.resolve({ value: `token-${String((fetches += 1))}`, drop: () => (drops += 1) });
    const { status } = await callWithToken(token, (value) => {
      calls.push(value);
      return Promise.resolve(response(statuses[calls.length - 1] ?? 200));
    });
    return { status, calls, drops };
  };

  it('calls once if the vendor takes the token, or refuses the call for another reason', async () => {
    expect(await run(200)).toEqual({ status: 200, calls: ['token-1'], drops: 0 });
    expect(await run(403)).toEqual({ status: 403, calls: ['token-1'], drops: 0 });
  });

  it('calls once more with a new token, and not a third time', async () => {
    expect(await run(401, 200)).toEqual({ status: 200, calls: ['token-1', 'token-2'], drops: 1 });
    expect(await run(401, 401, 200)).toEqual({ status: 401, calls: ['token-1', 'token-2'], drops: 1 });
  });
});
