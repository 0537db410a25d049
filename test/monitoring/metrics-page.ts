import { METRICS, type MetricDefinition } from '@patchbay/hub';

const TOPICS: readonly (readonly [MetricDefinition['topic'], heading: string])[] = [
  ['ingest', 'Ingest'],
  ['delivery', 'Deliveries'],
  ['backlog', 'Backlog'],
  ['configuration', 'Configuration'],
  ['process', 'Processes'],
];

const INTRODUCTION = `# Metrics

<!-- Generated from apps/hub/src/metrics/metric-definitions.ts by \`npm run monitoring:files\`. Do not edit. -->

\`GET /metrics\` returns the metrics of a process in the text format of Prometheus. It requires a key for all brands; create one with
\`npx patchbay keys create prometheus --role viewer\`. Scrape each process, not a load balancer in front of several processes:

\`\`\`yaml
scrape_configs:
  - job_name: patchbay # the alerts need this name
    authorization: { credentials_file: /etc/prometheus/patchbay-key }
    static_configs: [{ targets: ['10.0.0.5:3000', '10.0.0.6:3000'] }]
rule_files: [alerts.yaml]
\`\`\`

- [config/monitoring/dashboard.json](../config/monitoring/dashboard.json) is a dashboard for Grafana.
- [config/monitoring/alerts.yaml](../config/monitoring/alerts.yaml) has the alert rules for Prometheus, and
  [alerts.test.yaml](../config/monitoring/alerts.test.yaml) their tests. Each alert links its entry in the [runbook](runbook.md) by its path in this repository. If your copy has an address,
  replace the path: \`sed -i 's#docs/runbook.md#https://docs.example/runbook#' alerts.yaml\`.

**Scope.** A metric of the scope *process* is about one process, so sum it over the processes. A metric of the scope *hub* is about
all processes. One process at a time reports it, so a sum over the processes is correct too. The first process that is scraped
reports these metrics. If it ends, another scraped process takes over within 20 seconds. \`patchbay_hub_metrics_reporter\` shows
which process it is.

**Number of series.** In each process, 2,000 destinations, 2,000 sources and 2,000 brands have series of their own. All others share
series with the label \`other\`. A destination that was deleted has the label \`gone\`, and deliveries whose route has not chosen a
destination yet have \`undecided\`. Histograms have no label for brand or destination.

**Without the database.** While PostgreSQL does not answer, \`patchbay_database_up\` is 0, and metrics that are read from PostgreSQL are
left out. With an API key, \`/metrics\` then responds 503, because the hub checks the key in the database. Prometheus then sees
\`up\` 0, so the alerts [Down](runbook.md#down) or [Process silent](runbook.md#process-silent) fire instead of
[Database away](runbook.md#database-away). The hub recognises \`PATCHBAY_ADMIN_KEY\` without the database. A scrape with this key
distinguishes the two cases, but Prometheus then has a key that may change everything.

The default metrics of [prom-client](https://github.com/siimon/prom-client) follow: \`process_*\` and \`nodejs_*\`.
`;

/** Returns the text of docs/metrics.md. */
export function metricsPage(): string {
  return [INTRODUCTION, ...TOPICS.map(([topic, heading]) => section(topic, heading))].join('\n');
}

function section(topic: MetricDefinition['topic'], heading: string): string {
  const rows = Object.values<MetricDefinition>(METRICS)
    .filter((metric) => metric.topic === topic)
    .map(row);
  return `## ${heading}\n\n| metric | type | scope | labels | meaning |\n|---|---|---|---|---|\n${rows.join('')}`;
}

function row({ name, type, scope, labels, help, buckets }: MetricDefinition): string {
  const named = labels.map((label) => `\`${label}\``).join(', ');
  const bounds = buckets === undefined ? '' : ` Buckets: ${buckets.join(', ')}.`;
  return `| \`${name}\` | ${type} | ${scope} | ${named} | ${help}${bounds} |\n`;
}
