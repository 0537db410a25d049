import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@patchbay/plugin-sdk';
import { readmeProblems, type ReadmeChecks } from './readme-blocks.js';

/** Returns a problem for each field that the class of the section does not have. */
function unknownIn(section: JsonObject, known: readonly string[]) {
  const unknown = Object.keys(section).filter((field) => !known.includes(field));
  return unknown.map((field) => ({ field, message: 'is unknown', missing: false }));
}

const received: JsonObject[] = [];
const checks: ReadmeChecks = {
  checkCredentials: (_type, credentials) => {
    received.push(credentials);
    return unknownIn(credentials, ['apiKey']);
  },
  checkSettings: (_type, settings) => unknownIn(settings, ['from']),
  checkMessageShape: (_type, { message }) => unknownIn(message, ['to', 'body']),
};
const sandbox = { credentials: { apiKey: 'sandbox-key' }, settings: { from: 'Acme' } };

function problemsOf(...blocks: readonly string[]): readonly string[] {
  received.length = 0;
  const readme = blocks.map((block) => `Text.\n\n\`\`\`yaml\n${block}\`\`\`\n`).join('\n');
  return readmeProblems(readme, 'acme-sms', checks, sandbox);
}

const DESTINATION = "destinations:\n  sms:\n    type: acme-sms\n    credentials: { apiKey: '${env:KEY}' }\n";

describe('readmeProblems', () => {
  it('accepts a block that fits, with the values of the sandbox in place of variables', () => {
    expect(problemsOf(DESTINATION)).toEqual([]);
    expect(received).toEqual([{ apiKey: 'sandbox-key' }]);
  });

  it.each([
    ['a wrong credential', DESTINATION.replace('apiKey', 'key'), 'destinations.sms: key is unknown'],
    ['a wrong setting', `${DESTINATION}    settings: { sender: Acme }\n`, 'destinations.sms: sender is unknown'],
    [
      'a wrong field of a mapping',
      `${DESTINATION}subscriptions:\n  points:\n    destination: sms\n    mapping: { text: x }\n`,
      'subscriptions.points.mapping: text is unknown',
    ],
    ['a part of a destination', 'settings: { sender: Acme }\n', 'YAML block 2: sender is unknown'],
    ['a part of a subscription', 'mapping: { text: x }\n', 'YAML block 2: text is unknown'],
    ['invalid YAML', 'a: [\n', expect.stringContaining('YAML block 2 is not valid YAML')],
  ])('reports %s', (_what, block, problem) => {
    const blocks = block.startsWith('destinations') ? [block] : [DESTINATION, block];
    expect(problemsOf(...blocks)).toEqual([problem]);
  });

  it('ignores destinations of other types and their subscriptions', () => {
    const other =
      'destinations:\n  x: { type: other, credentials: { a: b } }\nsubscriptions:\n  y: { destination: x, mapping: { z: 1 } }\n';
    expect(problemsOf(DESTINATION, other)).toEqual([]);
  });

  it('requires a destination of the plugin', () => {
    expect(problemsOf()).toEqual(['no YAML block has a destination with "type: acme-sms"']);
  });
});
