import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { METRICS, type MetricDefinition } from '@patchbay/hub';
import { parse } from 'yaml';
import { GENERATED_FILES, ROOT } from './files.js';
import { findPromtool } from './promtool.js';

const FOLDER = join(ROOT, 'config/monitoring');
const DEFINITIONS: readonly MetricDefinition[] = Object.values(METRICS);
/** Metrics of prom-client and of Prometheus itself. */
const DEFAULTS = ['process_start_time_seconds', 'process_cpu_seconds_total', 'process_resident_memory_bytes', 'up'];

interface Rules {
  readonly groups: readonly { readonly rules: readonly Rule[] }[];
}
interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly runbook_url: string };
}
interface RuleTests {
  readonly tests: readonly {
    readonly input_series: readonly { readonly series: string }[];
    readonly alert_rule_test: readonly { readonly alertname: string; readonly exp_alerts: readonly object[] }[];
  }[];
}
interface Dashboard {
  readonly panels: readonly {
    readonly id: number;
    readonly title: string;
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
    readonly targets?: readonly { readonly expr: string }[];
  }[];
}

const read = (path: string): string => readFileSync(path, 'utf8');
const rules = (parse(read(join(FOLDER, 'alerts.yaml'))) as Rules).groups.flatMap((group) => group.rules);
const ruleTests = (parse(read(join(FOLDER, 'alerts.test.yaml'))) as RuleTests).tests;
const { panels } = JSON.parse(read(join(FOLDER, 'dashboard.json'))) as Dashboard;
const panelExpressions = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));

/** Returns the names of the metrics in expressions. */
function metricsIn(expressions: readonly string[]): ReadonlySet<string> {
  const words = expressions.flatMap(
    (expression) => expression.match(/\b(?:patchbay|nodejs|process)_\w+|\bup\b/g) ?? [],
  );
  return new Set(words);
}

/** Names under which Prometheus stores a metric. */
function seriesOf({ name, type }: MetricDefinition): readonly string[] {
  return type === 'histogram' ? ['bucket', 'sum', 'count'].map((part) => `${name}_${part}`) : [name];
}

const known = new Set([...DEFINITIONS.flatMap(seriesOf), ...DEFAULTS]);
const isKnown = (name: string): boolean => known.has(name) || name.startsWith('nodejs_eventloop_lag_');

describe('the definitions of the metrics', () => {
  it('have names by the conventions', () => {
    const wrong = DEFINITIONS.filter(({ name, type }) => {
      if (!/^patchbay_[a-z_]+$/.test(name)) return true;
      if (name.endsWith('_total') !== (type === 'counter')) return true;
      return type === 'histogram' && !/_(duration_seconds|events)$/.test(name);
    });
    expect(wrong).toEqual([]);
    expect(new Set(DEFINITIONS.map(({ name }) => name)).size).toBe(DEFINITIONS.length);
  });

  it('have no label for brand or destination on histograms', () => {
    const histograms = DEFINITIONS.filter(({ type }) => type === 'histogram');
    const labels = histograms.flatMap((metric) => metric.labels);
    expect(labels).not.toContain('brand');
    expect(labels).not.toContain('destination');
  });

  it('report only gauges for the whole hub', () => {
    expect(DEFINITIONS.filter(({ scope, type }) => scope === 'hub' && type !== 'gauge')).toEqual([]);
  });

  it.each(GENERATED_FILES.map(({ path, content }) => [path.slice(ROOT.length + 1), path, content] as const))(
    'are the source of %s; if it differs, run: npm run monitoring:files',
    (_name, path, content) => {
      expect(read(path)).toBe(content());
    },
  );
});

describe('the dashboard', () => {
  it('names only metrics that exist', () => {
    expect([...metricsIn(panelExpressions)].filter((name) => !isKnown(name))).toEqual([]);
  });

  it('and the alerts together show every metric', () => {
    const shown = metricsIn([...panelExpressions, ...rules.map(({ expr }) => expr)]);
    const missing = DEFINITIONS.filter((metric) => !seriesOf(metric).some((name) => shown.has(name)));
    expect(missing.map(({ name }) => name)).toEqual([]);
  });

  it('has panels with ids of their own, which do not overlap', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, index) => `${x + (index % w)}/${y + Math.floor(index / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(panels.filter(({ gridPos: { x, w } }) => x + w > 24)).toEqual([]);
  });
});

describe('the alerts', () => {
  const runbook = read(join(ROOT, 'docs/runbook.md'));
  const anchors = [...runbook.matchAll(/^## (.+)$/gm)].map(([, title = '']) =>
    title.toLowerCase().replaceAll(' ', '-'),
  );

  it('name only metrics that exist', () => {
    expect([...metricsIn(rules.map(({ expr }) => expr))].filter((name) => !isKnown(name))).toEqual([]);
    const tested = ruleTests.flatMap(({ input_series: series }) => series.map((one) => one.series));
    expect([...metricsIn(tested)].filter((name) => !isKnown(name))).toEqual([]);
  });

  it('have a severity, and an entry of their own in the runbook, which has no other entries', () => {
    expect(rules.filter(({ labels }) => !['page', 'ticket'].includes(labels.severity))).toEqual([]);
    const links = rules.map(({ annotations }) => annotations.runbook_url);
    expect(links).toEqual(anchors.map((anchor) => `docs/runbook.md#${anchor}`));
  });

  it('each have a test in which they fire', () => {
    const fired = ruleTests.flatMap(({ alert_rule_test: tests }) =>
      tests.flatMap(({ alertname, exp_alerts: alerts }) => (alerts.length > 0 ? [alertname] : [])),
    );
    expect(rules.map(({ alert }) => alert).filter((alert) => !fired.includes(alert))).toEqual([]);
  });
});

const promtool = await findPromtool();

describe('promtool', () => {
  const withPromtool = 'skipped' in promtool ? it.skip : it;
  const run = async (...args: readonly string[]): Promise<string> => {
    if ('skipped' in promtool) throw new Error(promtool.skipped);
    return promtool.run(args);
  };

  withPromtool('accepts the alert rules', async () => {
    expect(await run('check', 'rules', join(FOLDER, 'alerts.yaml'))).toContain(`SUCCESS: ${rules.length} rules found`);
  });

  withPromtool('passes the tests of the alert rules', async () => {
    expect(await run('test', 'rules', join(FOLDER, 'alerts.test.yaml'))).toContain('SUCCESS');
  });

  withPromtool('accepts the expressions of the dashboard', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'patchbay-dashboard-'));
    try {
      const file = join(folder, 'rules.json');
      const records = panelExpressions.map((expr, index) => ({
        record: `panel:${index}`,
        expr: expr.replaceAll('$__rate_interval', '5m').replaceAll('$brand', '.*'),
      }));
      // JSON is valid YAML.
      writeFileSync(file, JSON.stringify({ groups: [{ name: 'dashboard', rules: records }] }));
      expect(await run('check', 'rules', file)).toContain(`SUCCESS: ${records.length} rules found`);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
