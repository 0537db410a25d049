import { describe, expect, it } from '@jest/globals';
import { typesTaken } from './event-patterns';

const known = ['pointsIssued', 'pointsRedeemed', 'customerAdded'];

describe('typesTaken', () => {
  it('has the complete types and the known types of a pattern', () => {
    expect(typesTaken(['points*', 'own'], known)).toEqual(['own', 'pointsIssued', 'pointsRedeemed']);
  });

  it('is null if every type is taken or no type is known', () => {
    expect([typesTaken(['*'], known), typesTaken(['x*'], known)]).toEqual([null, null]);
  });
});
