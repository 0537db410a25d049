import { describe, expect, it } from '@jest/globals';
import { defineDestination, Field } from '@patchbay/plugin-sdk';
import { defineSandbox, type SandboxDefinition } from '../sandbox/sandbox-definition.js';
import { actionsUnderTest } from './action-under-test.js';

class Values {
  @Field({ label: 'To' })
  to: string;
}

const send = { label: 'Send', message: Values, deliver: () => Promise.resolve({}) };
const definition = defineDestination({
  type: 'probe',
  label: 'Probe',
  description: 'For tests.',
  category: 'chat',
  messaging: 'chat',
  contract: 2,
  credentials: Values,
  settings: Values,
  verify: () => Promise.resolve(),
  actions: { sendTemplate: send, sendText: send },
});

function sandbox(change: Partial<SandboxDefinition>): SandboxDefinition {
  const expected = { kind: 'rejected' } as const;
  return defineSandbox({
    ...{ type: 'probe', label: 'Probe', credentials: {}, wrongCredentials: {}, settings: () => ({}), start: () => [] },
    message: { $action: 'sendText', to: 'a' },
    furtherActions: [{ $action: 'sendTemplate', to: 'b' }],
    samples: [{ name: 'text', message: () => ({ $action: 'sendText' }) }],
    errors: [
      { name: 'all', expected },
      { name: 'template', message: { $action: 'sendTemplate' }, expected },
    ],
    batch: { count: () => 1, refused: { message: { $action: 'sendTemplate' }, expected } },
    ...change,
  });
}

describe('the actions under test', () => {
  it('have the message, the samples and the errors of the sandbox that concern them', () => {
    const found = actionsUnderTest(definition, sandbox({})).map(({ name, sandbox: own }) => ({
      name,
      to: own.message.to,
      samples: own.samples?.map((one) => one.name),
      errors: own.errors.map((one) => one.name),
      refused: own.batch?.refused !== undefined,
    }));
    expect(found).toEqual([
      { name: 'sendTemplate', to: 'b', samples: [], errors: ['all', 'template'], refused: true },
      { name: 'sendText', to: 'a', samples: ['text'], errors: ['all'], refused: false },
    ]);
  });

  it('need exactly one message per action', () => {
    expect(() => actionsUnderTest(definition, sandbox({ furtherActions: [] }))).toThrow(
      'The sandbox has messages of the actions sendText, but the plugin has the actions sendTemplate, sendText.',
    );
    expect(() => actionsUnderTest(definition, sandbox({ message: { to: 'a' } }))).toThrow('the actions none, sendT');
  });
});
