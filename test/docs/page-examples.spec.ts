import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { loadEnvironment } from '@patchbay/config';
import { mappingScope, type Json, type JsonObject } from '@patchbay/core';
import { renderTask } from '@patchbay/mapping';
import { isJson, isJsonObject } from '@patchbay/plugin-sdk';
import * as sdk from '@patchbay/plugin-sdk';
import * as testing from '@patchbay/testing';
import * as suite from '@patchbay/testing/suite';
import { parse, parseAllDocuments } from 'yaml';
import { ROOT } from '../architecture/tree.js';
import { findPromtool } from '../monitoring/promtool.js';
import { blockAt } from './run/treatments.js';

const promtool = await findPromtool();

/** Renders a part of a mapping for an event with this data. */
function rendered(template: Json, data: JsonObject): Json {
  return message({ shown: template }, data)['shown'] ?? null;
}

/** Renders the mapping of a subscription for an event with this data. */
function message(template: JsonObject, data: JsonObject, recipient: JsonObject = {}): JsonObject {
  const at = '2026-03-04T10:00:00.000Z';
  const event = {
    ...{ id: 'e', type: 'pointsIssued', brand: 'acme', source: 'capillary', customerId: '7' },
    ...{ occurredAt: at, receivedAt: at, data },
  };
  const scope = mappingScope({ event, brand: { name: 'acme', timezone: 'UTC' }, recipient });
  const rendering = renderTask({ template, options: { timezone: 'UTC' }, scope });
  if (!rendering.ok || !rendering.result.ok) throw new Error(`Not rendered: ${JSON.stringify(rendering)}`);
  return rendering.result.message;
}

function yamlOf(page: string, start: string): JsonObject {
  const content: unknown = parse(blockAt(page, start).text);
  if (!isJson(content) || !isJsonObject(content)) throw new Error(`The block of ${page} is not a mapping.`);
  return content;
}

describe('docs/mapping.md', () => {
  const page = readFileSync(join(ROOT, 'docs/mapping.md'), 'utf8').replaceAll('\\|', '|');
  const rows = [...page.matchAll(/^\| `.*\| `(\{\{ data\.(\w+) .*\}\})` of `(.+?)` +\| `(.+?)` +\|$/gm)];

  it.each(rows.map(([, template = '', field = '', input = '', result = '']) => ({ template, field, input, result })))(
    'prints the result of $template',
    ({ template, field, input, result }) => {
      const value = /^[\d.]+$/.test(input) && !template.includes('e164') ? Number(input) : input;
      expect(rendered(template, { [field]: value })).toBe(result);
    },
  );

  it('prints results of filters', () => expect(rows.length).toBeGreaterThan(4));

  it('shows lists and optional parts', () => {
    const template: unknown = JSON.parse(blockAt('docs/mapping.md', '{').text);
    const data = { lineItems: [{ itemCode: 'A-1', qty: 2 }], couponCode: 'C' };
    const expected = { items: [{ sku: 'A-1', qty: 2 }], coupon: { code: 'C' } };
    expect(isJson(template) && rendered(template, data)).toEqual(expected);
  });

  it('shows one branch per language', () => {
    const { mapping } = yamlOf('docs/mapping.md', 'mapping:\n  locale');
    const arabic = isJsonObject(mapping) && message(mapping, { points: 2 }, { locale: 'ar-SA', phone: '+15005550010' });
    expect(arabic).toEqual({ to: '+15005550010', body: 'حصلت على نقطتين.' });
  });
});

describe('docs/messaging.md', () => {
  it('shows a text for one event and for several', () => {
    const { body = null } = yamlOf('docs/messaging.md', 'body: ');
    const one = rendered(body, { totalPointsIssued: 1, programCurrentPoints: 340 });
    expect(one).toBe('You earned 1 point. Balance 340.');
  });
});

describe('libs/plugin-sdk/README.md, libs/testing/README.md', () => {
  it('import names that the packages export', () => {
    const packages = new Map<string, object>([
      ['@patchbay/plugin-sdk', sdk],
      ['@patchbay/testing', testing],
      ['@patchbay/testing/suite', suite],
    ]);
    const texts = ['libs/plugin-sdk/README.md', 'libs/testing/README.md'].map((path) => blockAt(path, 'import').text);
    const imports = [...texts.join('').matchAll(/import \{ (.*) \} from '(.*)';/g)];
    expect(imports).toHaveLength(3);
    for (const [, names = '', path = ''] of imports)
      for (const name of names.split(', ')) expect(packages.get(path)).toHaveProperty(name);
  });
});

describe('plugins/aws-ses-email/README.md', () => {
  it('shows a policy that is valid JSON', () => {
    expect(JSON.parse(blockAt('plugins/aws-ses-email/README.md', '{').text)).toHaveProperty('Statement');
  });
});

describe('docs/health.md', () => {
  it('shows the probes of the rendered chart', () => {
    const documents = parseAllDocuments(readFileSync(join(ROOT, 'deploy/kubernetes/all.yaml'), 'utf8'));
    const deployed = JSON.stringify(documents.map((document): unknown => document.toJS() as unknown));
    for (const [name, probe] of Object.entries(yamlOf('docs/health.md', 'livenessProbe:'))) {
      expect(deployed).toContain(`"${name}":${JSON.stringify(probe).replace('"port":3000', '"port":"http"')}`);
    }
  });
});

describe('docs/deployment.md', () => {
  it('shows a variable that the hub accepts', () => {
    const [, name = '', value = ''] =
      /^(\w+)=(\S+)/.exec(blockAt('docs/deployment.md', 'PATCHBAY_EGRESS_PROXY').text) ?? [];
    expect(JSON.stringify(loadEnvironment({ [name]: value }))).toContain('proxy.internal:3128');
  });
});

('skipped' in promtool ? describe.skip : describe)('with promtool', () => {
  if ('skipped' in promtool) throw new Error(promtool.skipped);

  it('docs/deployment.md shows a valid query for the autoscaler', async () => {
    const { externalRules } = yamlOf('docs/deployment.md', 'externalRules:');
    const [rule] = Array.isArray(externalRules) ? externalRules : [];
    const expr = isJsonObject(rule) ? rule['metricsQuery'] : null;
    await checked({ 'rules.yaml': { groups: [{ name: 'docs', rules: [{ record: 'due', expr: expr ?? null }] }] } }, [
      'check',
      'rules',
      'rules.yaml',
    ]);
  });

  it('docs/metrics.md shows a valid configuration of Prometheus', async () => {
    const configuration = yamlOf('docs/metrics.md', 'scrape_configs:');
    const alerts: unknown = parse(readFileSync(join(ROOT, 'config/monitoring/alerts.yaml'), 'utf8'));
    const files = { 'prometheus.yaml': configuration, 'alerts.yaml': isJson(alerts) ? alerts : null };
    await checked(files, ['check', 'config', '--syntax-only', 'prometheus.yaml']);
  });

  /** Runs promtool on these files; the last argument names one of them. */
  async function checked(files: Readonly<Record<string, Json>>, args: readonly string[]): Promise<void> {
    if ('skipped' in promtool) throw new Error(promtool.skipped);
    const folder = mkdtempSync(join(tmpdir(), 'patchbay-promtool-'));
    try {
      for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), JSON.stringify(content));
      await promtool.run([...args.slice(0, -1), join(folder, args.at(-1) ?? '')]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
});
