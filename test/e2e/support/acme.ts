/** Token with which sources of the brand `acme` call the hub. Most end-to-end tests use this brand. */
export const ACME_TOKEN = 'invented-source-token';
export const ACME_AUTH = { 'x-acme-token': ACME_TOKEN };

/** Options of {@link acmeBrand}. */
export interface AcmeOptions {
  /** YAML of the brand's `privacy`; `standard` if absent. */
  readonly privacy?: string;
  /** YAML of the filter (`when`) of the subscription. */
  readonly when?: string;
  /** YAML of the destination's `retry`. */
  readonly retry?: string;
  /** YAML of the destination's `limits`. */
  readonly limits?: string;
  /** YAML of the subscription's `mapping`. If absent, the message contains the data of the event. */
  readonly mapping?: string;
}

/** Returns a brand file that sends all events of Capillary to a webhook at `${env:CRM_URL}`. */
export function acmeBrand({ privacy = 'standard', when, retry, limits, mapping }: AcmeOptions = {}): string {
  return `
brand: acme
timezone: Asia/Kolkata
privacy: ${privacy}
sources:
  capillary:
    adapter: capillary
    auth: { headers: { x-acme-token: ["\${env:ACME_TOKEN}"] } }
destinations:
  crm:
    type: webhook
    credentials: { bearer: "\${env:CRM_BEARER}" }
    settings: { url: "\${env:CRM_URL}" }
${retry === undefined ? '' : `    retry: ${retry}\n`}${limits === undefined ? '' : `    limits: ${limits}\n`}subscriptions:
  everything:
    source: capillary
    events: ["*"]
${when === undefined ? '' : `    when: ${when}\n`}    destination: crm
    mapping: ${mapping ?? '{ body: { id: "{{ event.id }}", type: "{{ event.type }}", customer: "{{ event.customerId }}" } }'}
`;
}

/** Returns the environment variables to which {@link acmeBrand} refers. */
export function acmeEnv(crmUrl: string): Record<string, string> {
  return { ACME_TOKEN, CRM_URL: crmUrl, CRM_BEARER: 'invented-bearer-token' };
}

/** Returns an event in the format of Capillary. */
export function pointsIssued(eventId: string, points = 100, also: Readonly<Record<string, unknown>> = {}): object {
  return {
    eventName: 'pointsIssued',
    eventId,
    orgId: 100001,
    refId: '100001_1',
    apiRequestId: 'a1',
    createdAt: 1_795_544_400_000,
    data: {
      customerIdentifiers: { customerId: 700100200, instore: { mobile: '919000000001' } },
      totalPointsIssued: points,
      ...also,
    },
  };
}
