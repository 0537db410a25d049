import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dashboard } from './dashboard.js';
import { metricsPage } from './metrics-page.js';

export const ROOT = resolve(fileURLToPath(import.meta.url), '../../..');

/** Files that are generated from the definitions of the metrics, with their contents. */
export const GENERATED_FILES: readonly { readonly path: string; readonly content: () => string }[] = [
  { path: join(ROOT, 'docs/metrics.md'), content: metricsPage },
  { path: join(ROOT, 'config/monitoring/dashboard.json'), content: dashboard },
];
