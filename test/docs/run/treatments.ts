import { documentedBlocks, type CodeBlock } from '../code-blocks.js';

/** Check of a code block. */
export type Treatment =
  /** `npm run test:docs` runs the block. The lines in `except` are not run: start of the line, and the reason. */
  | { readonly kind: 'run'; readonly except: Readonly<Record<string, string>> }
  /** `brand-examples.spec.ts` loads the block as a brand file, or at this path of a complete brand file. */
  | { readonly kind: 'brand'; readonly inside: string }
  /** Another test checks the block. `by` is the path of the test, which contains the name of the page or reads all pages. */
  | { readonly kind: 'checked'; readonly by: string }
  | { readonly kind: 'not run'; readonly reason: string };

const run = (except: Readonly<Record<string, string>> = {}): Treatment => ({ kind: 'run', except });
const brand = (inside = ''): Treatment => ({ kind: 'brand', inside });
const checked = (by: string): Treatment => ({ kind: 'checked', by });
const notRun = (reason: string): Treatment => ({ kind: 'not run', reason });

const NO_DOCKER = 'needs Docker, which the test machine does not have';
const NO_CLUSTER = 'needs Kubernetes; test/deploy checks the chart and the rendered files';
const DIAGRAM = 'a diagram';
const OUTPUT = 'the output of a command';
const REFERENCES = 'test/docs/references.spec.ts';
const CLIENT = 'test/kit/client.kit-spec.ts';
const GUIDE = 'apps/cli/src/scaffold/plugin-guide.spec.ts';
const MESSAGES = 'test/docs/page-examples.spec.ts';
/** The suite that each plugin passes applies the YAML blocks of its README. */
const SUITE = 'libs/testing/src/suite/readme-blocks.spec.ts';

/**
 * Treatment of every code block: page, start of the block, treatment. An empty start covers all other blocks of the page.
 * The first entry that fits a block decides.
 */
export const TREATMENTS: readonly (readonly [page: string, start: string, treatment: Treatment])[] = [
  ['CONTRIBUTING.md', 'npm run demo', notRun('take minutes; .ci/run runs the checks')],
  ['CONTRIBUTING.md', 'apps ', notRun(DIAGRAM)],

  [
    'README.md',
    'npm run demo',
    notRun('the demo takes minutes, and its parts have tests in apps/cli/src/demo; .ci/run runs npm test'),
  ],
  ['README.md', 'brand: acme', run()],
  ['README.md', 'npm run build', run()],
  ['README.md', 'npx patchbay listen', run()],
  ['README.md', 'export ACME_TOKEN', run()],
  ['README.md', 'export PATCHBAY_URL', run()],
  ['README.md', 'export PATCHBAY_ADMIN_KEY', run()],
  ['README.md', 'npx patchbay failures', run()],
  ['README.md', 'npx patchbay keys create', run()],
  ['README.md', 'npx patchbay console', run()],
  ['README.md', 'export DATABASE_URL', run()],

  ['docs/architecture.md', '', notRun(DIAGRAM)],

  ['docs/backup.md', 'pg_dump', run()],
  ['docs/backup.md', 'CREATE ROLE', run()],
  ['docs/backup.md', 'pg_restore', run()],
  ['docs/backup.md', 'export DATABASE_URL', run()],
  ['docs/backup.md', '# 1. Stop', run()],
  ['docs/backup.md', '# postgresql.conf', notRun('needs two standbys; npm run standby-failover uses these settings')],
  ['docs/backup.md', 'SELECT greatest', run()],
  ['docs/backup.md', 'case ', notRun(OUTPUT)],

  ['docs/capillary.md', 'brand: acme', run()],
  ['docs/capillary.md', 'npx patchbay capillary register acme --dry-run', run()],
  ['docs/capillary.md', 'subscriptions:', brand()],
  ['docs/capillary.md', 'npx patchbay capillary register acme --rotate', run()],
  ['docs/capillary.md', 'npx patchbay capillary reconcile', run()],
  ['docs/capillary.md', 'npx patchbay import', run()],
  ['docs/capillary.md', 'platform:', brand()],

  ['docs/cli.md', '', checked(REFERENCES)],

  ['docs/client.md', '', checked(CLIENT)],

  ['docs/configuration.md', 'npx patchbay apply', run()],
  ['docs/configuration.md', 'destinations:', brand()],

  ['docs/connectors.md', 'privacy: pii-less', brand()],

  ['docs/deployment.md', 'git clone', run()],
  ['docs/deployment.md', 'npm run build', run()],
  ['docs/deployment.md', 'CREATE ROLE patchbay LOGIN', run()],
  ['docs/deployment.md', 'requirepass', run()],
  ['docs/deployment.md', 'umask', run()],
  ['docs/deployment.md', 'cat > brands.env', run()],
  ['docs/deployment.md', 'npx patchbay listen', run()],
  ['docs/deployment.md', 'set -a; . ./hub.env; . ./brands.env; set +a\nnpm start', run()],
  ['docs/deployment.md', 'useradd', notRun('creates a user of the machine')],
  ['docs/deployment.md', '[Unit]', run()],
  ['docs/deployment.md', 'set -a; . ./hub.env; . ./brands.env; set +a\nexport PATCHBAY_URL', run()],
  ['docs/deployment.md', 'export REPOSITORY', notRun(NO_DOCKER)],
  ['docs/deployment.md', 'docker compose exec', notRun(NO_DOCKER)],
  ['docs/deployment.md', 'cp .env.example', run({ 'docker compose up': NO_DOCKER })],
  ['docs/deployment.md', 'kubectl create', notRun(NO_CLUSTER)],
  ['docs/deployment.md', 'externalRules:', checked(MESSAGES)],
  ['docs/deployment.md', 'PATCHBAY_EGRESS_PROXY=', checked(MESSAGES)],
  ['docs/deployment.md', 'REDIS_URL=', checked('libs/config/src/environment/redis-url.spec.ts')],
  ['docs/deployment.md', 'export DATABASE_URL', run()],
  ['docs/deployment.md', 'export DATABASE_REPLICA_URL', checked('test/e2e/replica.e2e-spec.ts')],
  ['docs/deployment.md', 'CREATE ROLE patchbay_hot', run()],
  ['docs/deployment.md', '; pgbouncer.ini', run()],

  ['docs/erasure.md', 'npx patchbay forget', run()],
  ['docs/errors.md', '', checked(REFERENCES)],

  ['docs/files.md', 'sources:', run()],
  ['docs/files.md', 'npx patchbay import', run()],
  ['docs/files.md', 'files:', brand('sources.orders')],

  ['docs/health.md', 'livenessProbe:', checked(MESSAGES)],
  ['docs/health.md', 'npx patchbay doctor', run()],
  ['docs/health.md', 'DELETE FROM events', checked('libs/database/src/partitions/partition-maintenance.spec.ts')],

  ['docs/mapping.md', '{', checked(MESSAGES)],
  ['docs/mapping.md', 'subscriptions:', brand()],
  ['docs/mapping.md', 'mapping:\n  $action', checked('test/e2e/chat-plugin.e2e-spec.ts')],
  ['docs/mapping.md', 'mapping:\n  locale', checked(MESSAGES)],
  ['docs/mapping.md', 'when:\n  data.totalPointsIssued', brand('subscriptions.anything')],
  ['docs/mapping.md', '', brand('subscriptions.points')],

  ['docs/messaging.md', 'body: ', checked(MESSAGES)],
  ['docs/messaging.md', '', brand()],

  ['docs/metrics.md', 'scrape_configs:', checked(MESSAGES)],

  ['docs/operational-events.md', '{', notRun('an example of an event')],
  ['docs/operational-events.md', '', brand()],

  ['docs/performance.md', '', notRun('measurements take from minutes to hours, on an idle machine')],

  [
    'docs/plugin-guide.md',
    'npm run build\nnpm start',
    notRun('needs the plugin of the guide in a hub; test/kit runs a plugin in a hub'),
  ],
  [
    'docs/plugin-guide.md',
    'npx patchbay verify',
    notRun('needs the plugin of the guide in a hub; test/kit runs a plugin in a hub'),
  ],
  ['docs/plugin-guide.md', '', checked(GUIDE)],

  ['docs/privacy.md', '', brand()],

  ['docs/recipients.md', 'npx patchbay lookups', run()],
  ['docs/recipients.md', '', checked('libs/config/src/brand-file/lookups.spec.ts')],

  ['docs/runbook.md', 'npx patchbay doctor', run()],
  ['docs/runbook.md', 'docker compose exec', notRun(NO_DOCKER)],
  ['docs/runbook.md', 'export PATCHBAY_URL', run()],

  ['docs/sign-in.md', 'signIn:', run()],
  ['docs/sign-in.md', 'curl', run()],
  ['docs/sign-in.md', 'npx patchbay people', run()],

  ['docs/suppressions.md', 'npx patchbay suppressions', run()],
  ['docs/tracing.md', 'export OTEL', run()],
  ['docs/upgrade.md', 'npx patchbay schema', run()],
  ['docs/upgrade.md', 'systemctl', notRun('needs the service of a machine; test:docs checks the unit')],
  ['docs/upgrade.md', 'docker compose', notRun(NO_DOCKER)],
  ['docs/upgrade.md', 'schema:', notRun(OUTPUT)],

  ['libs/client/README.md', '', checked(CLIENT)],
  ['libs/plugin-sdk/README.md', '', checked(MESSAGES)],
  ['libs/testing/README.md', '', checked(MESSAGES)],

  ['plugins/aws-ses-email/README.md', '{', checked(MESSAGES)],
  ...['aws-ses-email', 'fcm-push', 'http-sms', 'infobip-sms', 'kaleyra-sms', 'magento-loyalty', 'medallia-survey'].map(
    (type) => [`plugins/${type}/README.md`, '', checked(SUITE)] as const,
  ),
  ...['netcore-email', 'sendgrid-email', 'twilio-sms', 'webhook'].map(
    (type) => [`plugins/${type}/README.md`, '', checked(SUITE)] as const,
  ),
  ...['chat', 'contacts', 'nest', 'records'].map(
    (name) => [`test/fixtures/${name}-plugin/README.md`, '', checked(SUITE)] as const,
  ),
  ['test/chaos/README.md', '', notRun(OUTPUT)],
];

/** Code block with its treatment. */
export interface TreatedBlock extends CodeBlock {
  readonly treatment: Treatment;
}

/** Returns all blocks of the pages with their treatment; undefined if no entry fits. */
export function treatedBlocks(): readonly (CodeBlock & { readonly treatment: Treatment | undefined })[] {
  return documentedBlocks().map((block) => ({ ...block, treatment: entryOf(block)?.[2] }));
}

/** Returns the entry that decides about a block. */
export function entryOf({ page, text }: CodeBlock): (typeof TREATMENTS)[number] | undefined {
  return TREATMENTS.find(([name, start]) => name === page && text.startsWith(start));
}

/** Returns the only block of a page that starts with this text. */
export function blockAt(page: string, start: string): TreatedBlock {
  const [found, ...others] = treatedBlocks().filter((block) => block.page === page && block.text.startsWith(start));
  if (found?.treatment === undefined || others.length > 0)
    throw new Error(`${page} must have one block that starts with "${start}", with an entry in TREATMENTS.`);
  return { ...found, treatment: found.treatment };
}
