import { describe, expect, it } from '@jest/globals';
import type { Address } from '@patchbay/plugin-sdk';
import { reachableMessage } from './reachable-message.js';
import type { SuppressedOutcome } from './suppression-list.js';

const PATHS = [
  { path: 'to', kind: 'email' },
  { path: 'cc', kind: 'email' },
  { path: 'more.people.*.email', kind: 'email' },
  { path: 'tokens', kind: 'pushToken' },
] as const;
const OUTCOME: SuppressedOutcome = { kind: 'suppressed', message: 'opt-out' };

function check(message: Parameters<typeof reachableMessage>[0], ...suppressed: string[]) {
  const stopped = (addresses: readonly Address[]) =>
    Promise.resolve(addresses.some(({ value }) => suppressed.includes(value)) ? OUTCOME : null);
  return reachableMessage(message, PATHS, stopped);
}

describe('reachableMessage', () => {
  it('returns the message itself if no address is suppressed', async () => {
    const message = { to: 'a@example.com', cc: ['b@example.com'], subject: 's' };
    const reachable = await check(message);
    expect(reachable).toEqual({ kind: 'reachable', message, recipients: [{ kind: 'email', value: 'a@example.com' }] });
  });

  it('asks nothing for a message without addresses', async () => {
    const stopped = () => Promise.reject(new Error('asked'));
    expect(await reachableMessage({ topic: 'news' }, PATHS, stopped)).toMatchObject({ kind: 'reachable' });
  });

  it('stops a message to a suppressed recipient, whatever its copies', async () => {
    expect(await check({ to: 'a@example.com' }, 'a@example.com')).toBe(OUTCOME);
    expect(await check({ to: 'a@example.com', cc: ['b@example.com'] }, 'a@example.com')).toBe(OUTCOME);
    expect(await check({ to: 'a@example.com', cc: ['a@example.com'] }, 'a@example.com')).toBe(OUTCOME);
  });

  it('removes suppressed entries of lists, and lists that become empty', async () => {
    const message = {
      to: 'a@example.com',
      cc: ['b@example.com', 'c@example.com'],
      more: { people: [{ email: 'b@example.com', name: 'B' }], subject: 's' },
    };
    expect(await check(message, 'b@example.com')).toMatchObject({
      message: { to: 'a@example.com', cc: ['c@example.com'], more: { subject: 's' } },
    });
    expect(await check(message, 'b@example.com', 'c@example.com')).toEqual({
      kind: 'reachable',
      message: { to: 'a@example.com', more: { subject: 's' } },
      recipients: [{ kind: 'email', value: 'a@example.com' }],
    });
  });

  it('keeps an entry of another kind with the same text', async () => {
    const stopped = (addresses: readonly Address[]) =>
      Promise.resolve(addresses.some(({ kind }) => kind === 'email') ? OUTCOME : null);
    const reachable = await reachableMessage({ cc: ['same'], tokens: ['same'] }, PATHS, stopped);
    expect(reachable).toMatchObject({ kind: 'reachable', message: { tokens: ['same'] }, recipients: [] });
  });

  it('stops a message whose lists contain suppressed addresses only', async () => {
    expect(await check({ tokens: ['one', 'two'] }, 'one', 'two')).toBe(OUTCOME);
    expect(await check({ tokens: ['one', 'two'] }, 'one')).toMatchObject({ message: { tokens: ['two'] } });
  });

  it('rejects if the list cannot be read', async () => {
    const stopped = () => Promise.reject(new Error('the database is away'));
    await expect(reachableMessage({ to: 'a@example.com' }, PATHS, stopped)).rejects.toThrow('the database is away');
  });
});
