import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AnyDestinationDefinition } from '@patchbay/plugin-sdk';
import { foldersIn, ROOT } from '../architecture/tree.js';
import { cell, code, table } from './markdown.js';

const NOT_PLUGINS = ['dist', 'node_modules'];

/** Returns `docs/connectors.md`: the destination types that come with the hub. */
export async function connectorList(): Promise<string> {
  const types = foldersIn(join(ROOT, 'plugins')).filter((name) => !NOT_PLUGINS.includes(name));
  const definitions = await Promise.all(types.map(definitionOf));
  return [
    '# Connectors',
    '',
    'These destination types come with Patchbay. The page of each one lists the steps at the vendor, a block for the brand file, and the',
    'fields of its message. [Writing a plugin](plugin-guide.md) shows how to add a destination type.',
    '',
    ...table(
      ['destination type', 'name', 'kind', 'purpose'],
      definitions.map(({ type, label, category, description }) => [
        `[${code(type)}](../plugins/${type}/README.md)`,
        cell(label),
        cell(category),
        cell(description),
      ]),
    ),
    '',
    '## Callback URL',
    '',
    'Some vendors report the status of a message to a callback URL of the destination. If the vendor accepts the URL with each message, the',
    'hub sends it along. Otherwise enter it in the console of the vendor, as the page of the connector says. The callback URL needs',
    '[`PATCHBAY_PUBLIC_URL`](configuration.md#environment-variables). You find it in two places:',
    '',
    '- In the console: the tab Health of the destination.',
    '- In the API: `callbackUrl` of `GET /v1/brands/acme/destinations/sms`, with a key of the role `operator` or `admin`. The audit log',
    '  records the access.',
    '',
    '`npx patchbay rotate-callback acme/sms` replaces the callback URL and prints the new one.',
    '',
    '## Events without personal data',
    '',
    'The presets of SMS, e-mail and push send to the recipient: `recipient.phone`, `recipient.email` or `recipient.pushToken`. If the events',
    "contain no address, a [resolver](recipients.md#finding-a-recipient) requests it from the brand's own API when the message is due. The",
    'mapping then reads `recipient`, and only values without personal data from `data`:',
    '',
    '```yaml',
    'privacy: pii-less',
    'recipients:',
    '  resolver:',
    '    type: http',
    "    url: 'https://crm.acme.example/contacts/{{ event.customerId }}'",
    "    headers: { authorization: 'Bearer ${env:CRM_TOKEN}' }",
    "    mapping: { phone: '{{ body.mobile }}', firstName: '{{ body.firstName }}' }",
    'destinations:',
    '  sms:',
    '    type: twilio-sms',
    "    credentials: { accountSid: '${env:TWILIO_SID}', authToken: '${env:TWILIO_TOKEN}' }",
    "    settings: { from: '+15005550006' }",
    'subscriptions:',
    '  points-sms:',
    '    source: capillary',
    '    events: [pointsIssued]',
    '    destination: sms',
    '    mapping:',
    "      to: '{{ recipient.phone }}'",
    "      body: 'Hello {{ recipient.firstName }}, you earned {{ data.totalPointsIssued }} points.'",
    '```',
    '',
    '## Sources',
    '',
    'Events come from the [sources](configuration.md#sources) of a brand: Capillary Event Notifications, CloudEvents, any JSON, or',
    '[files](files.md).',
    '',
  ].join('\n');
}

async function definitionOf(type: string): Promise<AnyDestinationDefinition> {
  const path = pathToFileURL(join(ROOT, 'plugins', type, 'index.ts')).href;
  const { default: definition } = (await import(path)) as { readonly default: AnyDestinationDefinition };
  return definition;
}
