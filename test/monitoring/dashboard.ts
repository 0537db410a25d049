import { METRICS } from '@patchbay/hub';

/** Panel of the dashboard: a graph with one line per query and combination of labels. */
interface Panel {
  readonly title: string;
  readonly unit: 'short' | 's' | 'ops' | 'bytes' | 'percentunit';
  /** PromQL expressions with the legends of their lines. */
  readonly queries: readonly (readonly [expression: string, legend: string])[];
}

interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

/** Number of columns of a dashboard in Grafana. */
const COLUMNS = 24;
const PANEL_WIDTH = 8;
const PANEL_HEIGHT = 8;
const PROMETHEUS = { type: 'prometheus', uid: '${DS_PROMETHEUS}' };

const rate = (name: string, by = ''): string =>
  `sum${by === '' ? '' : ` by (${by})`} (rate(${name}[$__rate_interval]))`;

/** Expressions of the median and the 99th percentile of a histogram. */
function quantiles(name: string, matchers = ''): Panel['queries'] {
  return (['0.5', '0.99'] as const).map((quantile) => [
    `histogram_quantile(${quantile}, sum by (le) (rate(${name}_bucket${matchers}[$__rate_interval])))`,
    quantile === '0.5' ? 'median' : '99th percentile',
  ]);
}

const OF_QUEUE = '{{brand}}/{{destination}}';
const OF_PROCESS = '{{instance}}';
const OF_BRAND = '{brand=~"$brand"}';

const ROWS: readonly Row[] = [
  {
    title: 'Overview',
    panels: [
      {
        title: 'Events received',
        unit: 'ops',
        queries: [[rate(METRICS.ingestEvents.name + OF_BRAND, 'outcome'), '{{outcome}}']],
      },
      {
        title: 'Deliveries ended',
        unit: 'ops',
        queries: [[rate(METRICS.deliveriesEnded.name + OF_BRAND, 'state'), '{{state}}']],
      },
      { title: 'Receipt to acceptance by the vendor', unit: 's', queries: quantiles(METRICS.deliveryDuration.name) },
      {
        title: 'Backlog',
        unit: 'short',
        queries: [
          [`sum(${METRICS.deliveriesWaiting.name}${OF_BRAND})`, 'waiting'],
          [`sum(${METRICS.deliveriesDue.name}${OF_BRAND})`, 'due'],
          [`sum(${METRICS.deliveriesInFlight.name}${OF_BRAND})`, 'in flight'],
        ],
      },
      {
        title: 'Time since the oldest due delivery became due',
        unit: 's',
        queries: [[`topk(10, max by (brand, destination) (${METRICS.oldestDue.name}${OF_BRAND}))`, OF_QUEUE]],
      },
      {
        title: 'Paused destinations, open circuit breakers',
        unit: 'short',
        queries: [
          [`sum(${METRICS.destinationPaused.name}${OF_BRAND})`, 'paused'],
          [`count(${METRICS.circuitBreaker.name}${OF_BRAND} == 1) or vector(0)`, 'open'],
          [`count(${METRICS.circuitBreaker.name}${OF_BRAND} == 0.5) or vector(0)`, 'half open'],
        ],
      },
    ],
  },
  {
    title: 'Ingest',
    panels: [
      {
        title: 'Duration of ingest calls that were stored',
        unit: 's',
        queries: quantiles(METRICS.ingestDuration.name, '{outcome="stored"}'),
      },
      {
        title: 'Refused calls',
        unit: 'ops',
        queries: [[rate(METRICS.ingestRefused.name, 'outcome'), '{{outcome}}']],
      },
      {
        title: 'Events per commit',
        unit: 'short',
        queries: quantiles(METRICS.ingestGroupEvents.name),
      },
      {
        title: 'Events that wait for their commit',
        unit: 'short',
        queries: [[`sum by (instance) (${METRICS.ingestQueued.name})`, OF_PROCESS]],
      },
      {
        title: 'Bytes of calls that wait',
        unit: 'bytes',
        queries: [[`sum by (instance) (${METRICS.ingestWaitingBytes.name})`, OF_PROCESS]],
      },
      {
        title: 'Deliveries created and filtered',
        unit: 'ops',
        queries: [
          [rate(METRICS.deliveriesCreated.name + OF_BRAND), 'created'],
          [rate(METRICS.deliveriesFiltered.name + OF_BRAND), 'filtered'],
          [rate(METRICS.filterBudgetExceeded.name + OF_BRAND), 'filter budget exceeded'],
        ],
      },
      {
        title: 'Files: imported rows',
        unit: 'ops',
        queries: [[rate(METRICS.importedRows.name + OF_BRAND, 'outcome'), '{{outcome}}']],
      },
      {
        title: 'Files: imports that have not ended or ended in the last 24 hours',
        unit: 'short',
        queries: [[`sum by (state) (${METRICS.imports.name}${OF_BRAND})`, '{{state}}']],
      },
    ],
  },
  {
    title: 'Deliveries',
    panels: [
      {
        title: 'Attempts by outcome',
        unit: 'ops',
        queries: [[rate(METRICS.attempts.name + OF_BRAND, 'outcome'), '{{outcome}}']],
      },
      {
        title: 'Claims of due deliveries, by result',
        unit: 'ops',
        queries: [[rate(METRICS.claims.name, 'result'), '{{result}}']],
      },
      {
        title: 'Responses of vendors',
        unit: 'ops',
        queries: [[rate(METRICS.vendorResponses.name, 'type, status'), '{{type}} {{status}}']],
      },
      {
        title: 'Duration of attempts, 99th percentile',
        unit: 's',
        queries: [
          [
            `histogram_quantile(0.99, sum by (le, type) (rate(${METRICS.attemptDuration.name}_bucket[$__rate_interval])))`,
            '{{type}}',
          ],
        ],
      },
      {
        title: 'Deliveries without a message, by reason',
        unit: 'ops',
        queries: [[rate(METRICS.deliveriesSuppressed.name + OF_BRAND, 'reason'), '{{reason}}']],
      },
      {
        title: 'Dead deliveries',
        unit: 'ops',
        queries: [
          [rate(METRICS.deadLetters.name + OF_BRAND, 'brand, destination, error_kind'), `${OF_QUEUE} {{error_kind}}`],
        ],
      },
      {
        title: 'Status callbacks of vendors',
        unit: 'ops',
        queries: [[rate(METRICS.callbacks.name, 'type, outcome'), '{{type}} {{outcome}}']],
      },
      {
        title: 'Replays that run',
        unit: 'short',
        queries: [[`sum(${METRICS.replaysRunning.name})`, 'replays']],
      },
      {
        title: 'Statuses that vendors report',
        unit: 'ops',
        queries: [[rate(METRICS.vendorStatuses.name + OF_BRAND, 'status'), '{{status}}']],
      },
    ],
  },
  {
    title: 'Processes',
    panels: [
      {
        title: 'Versions',
        unit: 'short',
        queries: [
          [
            `sum by (version, schema, node, role) (${METRICS.buildInfo.name})`,
            '{{version}} {{role}}, schema {{schema}}, Node {{node}}',
          ],
        ],
      },
      {
        title: 'Processes that deliver, database, queue',
        unit: 'short',
        queries: [
          [`sum(${METRICS.workers.name})`, 'processes that deliver'],
          [`sum(${METRICS.databaseUp.name})`, 'with the database'],
          [`sum(${METRICS.queueUp.name})`, 'with the queue'],
          [`sum(${METRICS.reporter.name})`, 'reports the metrics of the hub'],
        ],
      },
      {
        title: 'Queue: jobs by state',
        unit: 'short',
        queries: [[`sum by (state) (${METRICS.queueJobs.name})`, '{{state}}']],
      },
      {
        title: 'Queue: errors',
        unit: 'ops',
        queries: [[rate(METRICS.queueErrors.name, 'instance'), OF_PROCESS]],
      },
      {
        title: 'Connections to PostgreSQL',
        unit: 'short',
        queries: [[`sum by (state) (${METRICS.databaseConnections.name})`, '{{state}}']],
      },
      {
        title: 'Read replica: lag',
        unit: 's',
        queries: [[`max by (instance) (${METRICS.replicaLag.name})`, OF_PROCESS]],
      },
      {
        title: 'Read replica: reads of lists',
        unit: 'ops',
        queries: [
          [rate(METRICS.replicaReads.name, 'server'), '{{server}}'],
          [`sum(${METRICS.replicaInUse.name})`, 'processes that use the replica'],
        ],
      },
      {
        title: 'Statements, 99th percentile',
        unit: 's',
        queries: [
          [
            `topk(10, histogram_quantile(0.99, sum by (le, statement) (rate(${METRICS.databaseDuration.name}_bucket[$__rate_interval]))))`,
            '{{statement}}',
          ],
        ],
      },
      {
        title: 'Configuration: lag',
        unit: 's',
        queries: [[`max by (instance) (${METRICS.configurationLag.name})`, OF_PROCESS]],
      },
      {
        title: 'Configuration: brands in memory',
        unit: 'short',
        queries: [
          [`sum by (instance) (${METRICS.configurationBrands.name})`, OF_PROCESS],
          [rate(METRICS.brandLoads.name), 'loads per second'],
          [rate(METRICS.ingestStaleCalls.name), 'calls prepared again per second'],
        ],
      },
      {
        title: 'Configuration: duration of loads',
        unit: 's',
        queries: quantiles(METRICS.configurationLoadDuration.name),
      },
      {
        title: 'Configuration: memory',
        unit: 'bytes',
        queries: [[`sum by (instance) (${METRICS.configurationBytes.name})`, OF_PROCESS]],
      },
      {
        title: 'Configuration: revision',
        unit: 'short',
        queries: [[`max by (instance) (${METRICS.configurationRevision.name})`, OF_PROCESS]],
      },
      {
        title: 'Clock of the host minus clock of PostgreSQL',
        unit: 's',
        queries: [[`max by (instance) (${METRICS.clockOffset.name})`, OF_PROCESS]],
      },
      {
        title: 'Lost leases',
        unit: 'ops',
        queries: [[rate(METRICS.leasesLost.name, 'instance'), OF_PROCESS]],
      },
      {
        title: 'Event loop: lag, 99th percentile',
        unit: 's',
        queries: [['max by (instance) (nodejs_eventloop_lag_p99_seconds{job="patchbay"})', OF_PROCESS]],
      },
      {
        title: 'CPU',
        unit: 'percentunit',
        queries: [
          ['sum by (instance) (rate(process_cpu_seconds_total{job="patchbay"}[$__rate_interval]))', OF_PROCESS],
        ],
      },
      {
        title: 'Memory',
        unit: 'bytes',
        queries: [['sum by (instance) (process_resident_memory_bytes{job="patchbay"})', OF_PROCESS]],
      },
    ],
  },
];

/** Returns the JSON document of the dashboard. */
export function dashboard(): string {
  return `${JSON.stringify({ ...FRAME, panels: placedPanels() }, null, 2)}\n`;
}

const FRAME = {
  __inputs: [
    {
      name: 'DS_PROMETHEUS',
      label: 'Prometheus',
      type: 'datasource',
      pluginId: 'prometheus',
      pluginName: 'Prometheus',
    },
  ],
  uid: 'patchbay',
  title: 'Patchbay',
  description: 'Events, deliveries and processes of Patchbay. docs/metrics.md describes the metrics.',
  tags: ['patchbay'],
  schemaVersion: 39,
  editable: true,
  refresh: '30s',
  time: { from: 'now-6h', to: 'now' },
  templating: {
    list: [
      {
        name: 'brand',
        label: 'Brand',
        type: 'query',
        datasource: PROMETHEUS,
        query: `label_values(${METRICS.ingestEvents.name}, brand)`,
        refresh: 2,
        includeAll: true,
        multi: true,
        allValue: '.*',
        current: { text: 'All', value: '$__all' },
      },
    ],
  },
};

/** Places the rows below each other, and the panels of a row beside each other. */
function placedPanels(): readonly object[] {
  const placed: object[] = [];
  let y = 0;
  for (const { title, panels } of ROWS) {
    placed.push({
      id: placed.length + 1,
      type: 'row',
      title,
      collapsed: false,
      gridPos: { x: 0, y, w: COLUMNS, h: 1 },
      panels: [],
    });
    y += 1;
    for (const [index, panel] of panels.entries()) {
      const position = index * PANEL_WIDTH;
      const gridPos = {
        x: position % COLUMNS,
        y: y + Math.floor(position / COLUMNS) * PANEL_HEIGHT,
        ...{ w: PANEL_WIDTH, h: PANEL_HEIGHT },
      };
      placed.push(graph(placed.length + 1, panel, gridPos));
    }
    y += Math.ceil((panels.length * PANEL_WIDTH) / COLUMNS) * PANEL_HEIGHT;
  }
  return placed;
}

function graph(id: number, { title, unit, queries }: Panel, gridPos: object): object {
  return {
    id,
    type: 'timeseries',
    title,
    datasource: PROMETHEUS,
    gridPos,
    fieldConfig: { defaults: { unit, min: unit === 's' ? undefined : 0 }, overrides: [] },
    options: { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi', sort: 'desc' } },
    targets: queries.map(([expr, legendFormat], index) => ({
      refId: String.fromCharCode('A'.charCodeAt(0) + index),
      datasource: PROMETHEUS,
      expr,
      legendFormat,
    })),
  };
}
