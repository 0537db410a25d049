import { describe, expect, it } from '@jest/globals';
import type { TypeAction } from '../../types/type-actions';
import { forType, withAction } from './actions';

const field = { name: 'to', label: 'To', help: null } as TypeAction['message']['fields'][number];
const action: TypeAction = { name: 'sendText', label: 'Text', message: { schema: {}, fields: [field] } };
const message = { to: 'x', body: 'Hello' };

describe('the action of a mapping', () => {
  it('is replaced with the fields that the other action has too, in each language', () => {
    expect(withAction({ $action: 'sendTemplate', ...message }, action)).toEqual({ $action: 'sendText', to: 'x' });
    const two = { $action: 'sendTemplate', locale: 'en', en: message, ar: { body: 'B' } };
    expect(withAction(two, action)).toEqual({ $action: 'sendText', locale: 'en', en: { to: 'x' }, ar: {} });
  });

  it('is removed if the destination type has a single action', () => {
    const mapping = { $action: 'sendText', ...message };
    expect(forType(mapping, { actions: [{ ...action, name: null, label: null }] })).toEqual(message);
    expect(forType(mapping, { actions: [action] })).toEqual(mapping);
  });
});
