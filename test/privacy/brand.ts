import type { Sandbox } from '@patchbay/testing';
import type { Secrets } from './planted.js';

/** Privacy mode of a brand. */
export type Mode = 'standard' | 'pii-less';

/** Brand file, and the values of its `${env:…}` references. */
export interface BrandFile {
  readonly yaml: string;
  readonly env: Readonly<Record<string, string>>;
}

const POINTS = 'pointsIssued';
/** Event types for which presets exist. */
const PRESET_TYPES = ['customerAdded', 'transactionAdded', 'pointsRedeemed', 'pointsTransferredReceived'];

/** Template text that reads every personal field, by privacy mode. */
const WORDS: Readonly<Record<Mode, string>> = {
  'pii-less':
    'Dear {{ recipient.firstName }} {{ recipient.lastName }}, at {{ enriched.profile.address }}: {{ enriched.profile.card }}',
  standard:
    'Dear {{ recipient.firstName }} {{ recipient.lastName }}, at {{ enriched.profile.address }}: ' +
    '{{ data.customFields[0].value }}, {{ data.customerIdentifiers.instore.cardNumbers[0] }}',
};

/**
 * Returns a mapping whose message contains all personal fields, in the form of the destination type's sample. Returns
 * undefined if the type can only use its preset.
 */
function personalMapping({ definition }: Sandbox, mode: Mode): object | undefined {
  const { message } = definition;
  const words = WORDS[mode];
  if ('subject' in message) {
    return {
      to: '{{ recipient.email }}',
      subject: 'Hello {{ recipient.firstName }}',
      text: words,
      html: `<p>${words}</p>`,
    };
  }
  if ('to' in message) return { to: '{{ recipient.phone }}', body: words };
  if ('token' in message)
    return { token: '{{ recipient.pushToken }}', title: '{{ recipient.firstName }}', body: words };
  if (!('body' in message)) return undefined;
  const { phone, email } = { phone: '{{ recipient.phone }}', email: '{{ recipient.email }}' };
  return {
    body: { phone, email, words, born: '{{ enriched.profile.birthday }}' },
    headers: { 'x-customer': phone },
  };
}

/** Returns a brand file with a destination of every type, a recipient resolver and two enrichments. */
export function brandFile(sandboxes: readonly Sandbox[], crmUrl: string, mode: Mode, secrets: Secrets): BrandFile {
  const env: Record<string, string> = {
    SOURCE_TOKEN: secrets.sourceToken,
    BASIC_PASSWORD: secrets.basicPassword,
    CRM: `${crmUrl}/${secrets.pathSecret}`,
    CRM_TOKEN: secrets.resolverToken,
    ENRICHMENT_TOKEN: secrets.enrichmentToken,
  };
  const byUrl = mode === 'standard' ? '{{ data.customerIdentifiers.instore.mobile }}' : '{{ event.customerId }}';
  const lookup = (path: string, token: string) => ({
    url: `\${env:CRM}/${path}`,
    headers: { authorization: `Bearer \${env:${token}}` },
    timeout: '1s',
    retries: 0,
  });
  const brand = {
    brand: 'acme',
    privacy: mode === 'standard' ? mode : { mode, keep: ['data.control'] },
    sources: {
      capillary: {
        adapter: 'capillary',
        auth: {
          headers: { 'x-acme-token': ['${env:SOURCE_TOKEN}'] },
          basic: [{ username: 'acme', password: '${env:BASIC_PASSWORD}' }],
        },
      },
      shop: {
        adapter: 'json',
        auth: { headers: { 'x-acme-token': ['${env:SOURCE_TOKEN}'] } },
        paths: { customerId: 'buyer' },
      },
    },
    recipients: {
      order: ['event', 'enriched', 'resolver'],
      resolver: {
        type: 'http',
        ...lookup('contacts/{{ event.customerId }}', 'CRM_TOKEN'),
        mapping: {
          phone: '{{ body.mobile }}',
          email: '{{ body.email }}',
          firstName: '{{ body.first }}',
          lastName: '{{ body.last }}',
          pushToken: '{{ body.device }}',
        },
      },
    },
    enrichment: {
      http: {
        profile: { ...lookup('profiles/{{ event.customerId }}', 'ENRICHMENT_TOKEN'), onFailure: 'continue' },
        lookup: { ...lookup(`lookup?mobile=${byUrl}`, 'ENRICHMENT_TOKEN'), onFailure: 'continue' },
      },
    },
    destinations: Object.fromEntries(
      sandboxes.map(({ type, credentials, settings }) => [
        type,
        {
          type,
          credentials: toVariables(credentials, type, env),
          settings,
          retry: { schedule: ['0s'], onUnconfirmed: 'hold' },
          limits: { timeoutMs: 1_500, ratePerSecond: 1_000, concurrency: 20 },
        },
      ]),
    ),
    subscriptions: Object.fromEntries(sandboxes.flatMap((sandbox) => subscriptionsTo(sandbox, mode))),
  };
  return { yaml: JSON.stringify(brand), env };
}

function subscriptionsTo(sandbox: Sandbox, mode: Mode): (readonly [string, object])[] {
  const mapping = personalMapping(sandbox, mode);
  const common = { source: 'capillary', destination: sandbox.type };
  const events = mapping === undefined ? [POINTS, ...PRESET_TYPES] : PRESET_TYPES;
  const byPreset = [`${sandbox.type}-preset`, { ...common, events, enrich: ['lookup'] }] as const;
  if (mapping === undefined) return [byPreset];
  return [
    byPreset,
    [`${sandbox.type}-personal`, { ...common, events: [POINTS], enrich: ['profile', 'lookup'], mapping }],
  ];
}

/** Replaces secrets by references to environment variables, because a brand file must not contain secrets. */
function toVariables(value: unknown, name: string, env: Record<string, string>): unknown {
  if (Array.isArray(value))
    return value.map((one: unknown, index) => toVariables(one, `${name}_${String(index)}`, env));
  if (typeof value === 'object' && value !== null) {
    const entries: [string, unknown][] = Object.entries(value);
    return Object.fromEntries(entries.map(([key, one]) => [key, toVariables(one, `${name}_${key}`, env)]));
  }
  const variable = name.replace(/\W/g, '_').toUpperCase();
  env[variable] = String(value);
  return `\${env:${variable}}`;
}
