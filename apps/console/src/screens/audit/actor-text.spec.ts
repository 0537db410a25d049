import { describe, expect, it } from '@jest/globals';
import { actorText } from './actor-text';

describe('actorText', () => {
  it('shows the id of a person, so that a chosen name does not look like a key', () => {
    const name = 'PATCHBAY_ADMIN_KEY';
    expect(actorText({ name, person: null })).toBe(name);
    expect(actorText({ name, person: { id: 'p1', name, subject: 'sub-7' } })).toBe(`${name} · sub-7`);
  });

  it('shows only the recorded id of a deleted person', () => {
    expect(actorText({ name: 'person:p1', person: { id: 'p1', name: null, subject: null } })).toBe('person:p1');
  });
});
