import { createHash } from 'node:crypto';
import { ADMIN_KEY } from './systems/hub.mjs';
import { residentMebibytes } from './machine/cpu.mjs';
import { Measurement } from './measure.mjs';
import { median } from './report/statistics.mjs';
import { figure, table } from './report/table.mjs';
import { SYSTEMS } from './systems/systems.mjs';
import { FILE_SOURCE } from './workload/brand-files.mjs';
import { brandName, SCENARIOS } from './workload/scenarios.mjs';

/** Rate of the import, which is the highest that the API accepts. */
const PER_SECOND = 100_000;
const CHUNK_BYTES = 4 * 1024 * 1024;
const SAMPLE_EVERY_MS = 500;
const HEADER = 'order,placed_at,member,amount,mobile\n';

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/**
 * Measures an import of many rows: its rate, the memory of the hub, and the latencies of live events beside it. Before
 * and after the import, the same live events are measured without it.
 */
export async function backfillRun(machine, { rows, perSecond, seconds, logLevel }) {
  const setting = { scenario: SCENARIOS['1to1'], logLevel };
  await machine.with(SYSTEMS.hub, setting, async (started) => {
    const measurement = new Measurement(machine, { ...setting, started, seconds });
    await measurement.atFullRate();
    const without = [await measurement.atRate(perSecond)];
    const api = new ImportApi(started.ports[0]);
    const before = memoryOf(started);
    const peak = new Map(before);
    const timer = setInterval(() => {
      for (const [name, mebibytes] of memoryOf(started)) peak.set(name, Math.max(peak.get(name) ?? 0, mebibytes));
    }, SAMPLE_EVERY_MS);
    const id = await api.upload(rows);
    const running = await api.untilRunning(id);
    const begun = { at: performance.now(), lines: running.lines };
    const beside = [];
    let current;
    for (;;) {
      const result = await measurement.atRate(perSecond);
      current = await api.get(id);
      if (current.endedAt !== null) break;
      beside.push(result);
    }
    clearInterval(timer);
    if (current.state !== 'done') throw new Error(`The import ended as ${current.state}: ${current.reason}`);
    without.push(await measurement.atRate(perSecond));
    const importSeconds = (Date.parse(current.endedAt) - Date.parse(current.createdAt)) / 1_000;
    console.log(
      `\nImport of ${current.accepted} rows (${figure(current.sizeBytes / 1024 ** 2)} MiB) in ${figure(importSeconds)} s`,
    );
    console.log(
      `with the upload: ${figure(current.accepted / importSeconds)} rows/s; ${current.duplicate} duplicates, ${current.quarantined} quarantined`,
    );
    console.log(
      `while it ran: ${figure(((current.lines - begun.lines) / (performance.now() - begun.at)) * 1_000)} rows/s at least`,
    );
    console.log(
      `\n${table([
        ['process', 'before', 'peak'],
        ...[...peak].map(([name, mebibytes]) => [name, `${figure(before.get(name))} MiB`, `${figure(mebibytes)} MiB`]),
      ])}`,
    );
    console.log(
      `\n${table([
        [`live events at ${figure(perSecond)}/s`, 'due to 202, p50 / p99 ms', 'due to delivered, p50 / p99 ms'],
        ...without.map((result, index) => row(index === 0 ? 'before the import' : 'after the import', [result])),
        ...(beside.length === 0 ? [] : [row(`beside the import, median of ${beside.length}`, beside)]),
      ])}`,
    );
  });
}

function row(label, results) {
  const both = (kind) =>
    ['p50', 'p99'].map((part) => figure(median(results.map((result) => result[kind][part])))).join(' / ');
  return [label, both('acknowledged'), both('delivered')];
}

function memoryOf({ processes }) {
  return new Map(processes.map(({ name, pid }) => [name, residentMebibytes(pid)]));
}

/** Calls of the admin API that an import needs. */
class ImportApi {
  #path;

  constructor(port) {
    this.#path = `http://127.0.0.1:${port}/v1/brands/${brandName(0)}/sources/${FILE_SOURCE}/imports`;
  }

  /** Uploads a generated file without writing it to the disk. Returns the id of the import. */
  async upload(rows) {
    let sizeBytes = 0;
    const hash = createHash('sha256');
    for (const bytes of chunksOf(rows)) {
      sizeBytes += bytes.length;
      hash.update(bytes);
    }
    const body = { fileName: 'backfill.csv', sizeBytes, sha256: hash.digest('hex'), perSecond: PER_SECOND };
    const { id } = await this.#call('POST', '', JSON.stringify(body));
    let offset = 0;
    for (const bytes of chunksOf(rows)) {
      await this.#call('PATCH', `/${id}`, bytes, { 'upload-offset': String(offset) });
      offset += bytes.length;
    }
    return id;
  }

  get(id) {
    return this.#call('GET', `/${id}`);
  }

  /** Waits for the first imported row. */
  async untilRunning(id) {
    for (;;) {
      const current = await this.get(id);
      if (current.lines > 0 || current.endedAt !== null) return current;
      await pause(50);
    }
  }

  async #call(method, path, body, headers = {}) {
    const response = await fetch(`${this.#path}${path}`, {
      method,
      headers: { authorization: `Bearer ${ADMIN_KEY}`, ...headers },
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${this.#path}${path} got ${response.status}: ${text}`);
    return JSON.parse(text);
  }
}

/** Makes the bytes of a CSV file with many rows, in chunks. */
function* chunksOf(rows) {
  let text = HEADER;
  for (let row = 1; row <= rows; row++) {
    text += `order-${row},2026-01-02T03:04:05Z,member-${row % 90_000},${row % 5_000},919000000001\n`;
    if (text.length < CHUNK_BYTES - 200) continue;
    yield Buffer.from(text);
    text = '';
  }
  if (text !== '') yield Buffer.from(text);
}
