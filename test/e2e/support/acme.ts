/** Brand of most end-to-end tests. */
export const ACME_TOKEN = 'invented-source-token';
export const ACME_AUTH = { 'x-acme-token': ACME_TOKEN };

/** Options of {@link acmeBrand}. */
export interface AcmeOptions {
  /** YAML of `privacy`. Default: `standard`. */
  readonly privacy?: string;
  /** YAML of a subscription's `when`. */
  readonly when?: string;
  /** YAML of a destination's `retry`. */
  readonly retry?: string;
  /** YAML of a destination's `limits`. */
  readonly limits?: string;
  /** YAML of a subscription's `mapping`. Default: the data of the event. */
  readonly mapping?: string;
}

/** Builds a brand file that sends all events of Capillary to a webhook at `${env:CRM_URL}`. */
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

/** Builds the environment variables that {@link acmeBrand} refers to. */
export function acmeEnv(crmUrl: string): Record<string, string> {
  return { ACME_TOKEN, CRM_URL: crmUrl, CRM_BEARER: 'invented-bearer-token' };
}

/** Builds an event in the format of Capillary. */
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
