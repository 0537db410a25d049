import { describe, expect, it } from '@jest/globals';
import { isPauseByPerson, pauseByPerson } from './pause-reason.js';

describe('the reason of a pause', () => {
  it.each([undefined, 'the vendor moves house'])('is known as a person’s: %s', (note) => {
    expect(isPauseByPerson(pauseByPerson(note))).toBe(true);
  });
  it.each([null, 'The vendor refused the credentials.'])('is known as the hub’s own: %s', (reason) => {
    expect(isPauseByPerson(reason)).toBe(false);
  });
});
