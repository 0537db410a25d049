import type { ReceivedSpan } from './otlp-receiver.js';

const WIDTH = 960;
const NAMES_WIDTH = 330;
const TIMES_WIDTH = 90;
const ROW_HEIGHT = 30;
const TOP = 64;
const INDENT = 14;
/** Width of a time in which no span is open. */
const GAP_WIDTH = 46;
/** Shortest time without a span that is drawn as a gap, in milliseconds. */
const MIN_GAP_MS = 4;
const MIN_BAR_WIDTH = 3;

const STYLE = `
.card{fill:#fff;stroke:#d5d9e2}.title{font-size:15px;font-weight:600;fill:#1d2026}.name{font-size:13px;fill:#1d2026}
.time,.legend{font-size:12px;fill:#5b616d}.gap{stroke:#b6bcc8;stroke-dasharray:3 4}.api{fill:#3d5afe}.worker{fill:#12713f}
@media (prefers-color-scheme:dark){.card{fill:#16181d;stroke:#3a3f49}.title,.name{fill:#e9eaee}.time,.legend{fill:#a5acb8}
.gap{stroke:#555c69}.api{fill:#8c9eff}.worker{fill:#7fd8a4}}`;

/** Position of a time on the axis. */
type Axis = (time: number) => number;

interface Row {
  readonly span: ReceivedSpan;
  readonly depth: number;
  /** Milliseconds since the first span. */
  readonly start: number;
  readonly end: number;
}

/** Draws the spans of a trace as an SVG with one bar per span. Times without an open span are shortened. */
export function drawTrace(spans: readonly ReceivedSpan[]): string {
  const rows = rowsOf(spans);
  const { axis, gaps } = axisOf(rows);
  const height = TOP + rows.length * ROW_HEIGHT + 14;
  const lines = gaps.map(({ x, ms }) => {
    const label = `<text class="legend" x="${x}" y="54" text-anchor="middle">${Math.round(ms)} ms</text>`;
    return `<path class="gap" d="M${x} 60V${height - 14}"/>${label}`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="t d" font-family="system-ui, sans-serif">
<title id="t">Trace of one event</title>
<desc id="d">${rows.map(({ span }) => escaped(span.name)).join(', ')}</desc>
<style>${STYLE}
</style>
<rect class="card" x=".5" y=".5" width="${WIDTH - 1}" height="${height - 1}" rx="12"/>
<text class="title" x="20" y="30">One event, from the sender to the status callback</text>
<circle class="api" cx="680" cy="25" r="5"/><text class="legend" x="692" y="29">process with the role api</text>
<circle class="worker" cx="680" cy="43" r="5"/><text class="legend" x="692" y="47">process with the role worker</text>
${lines.join('\n')}
${rows.map((row, index) => drawRow(row, TOP + index * ROW_HEIGHT, axis)).join('\n')}
</svg>
`;
}

function drawRow({ span, depth, start, end }: Row, y: number, axis: Axis): string {
  const role = span.resource['patchbay.role'] === 'worker' ? 'worker' : 'api';
  const from = axis(start);
  const width = Math.max(axis(end) - from, MIN_BAR_WIDTH);
  const middle = y + ROW_HEIGHT / 2 + 4;
  return (
    `<text class="name" x="${20 + depth * INDENT}" y="${middle}">${escaped(span.name)}</text>` +
    `<rect class="${role}" x="${rounded(from)}" y="${y + 8}" width="${rounded(width)}" height="14" rx="2"/>` +
    `<text class="time" x="${WIDTH - 20}" y="${middle}" text-anchor="end">${(end - start).toFixed(1)} ms</text>`
  );
}

/** Returns the rows of a trace: each span before its children, in the order of their start. */
function rowsOf(spans: readonly ReceivedSpan[]): readonly Row[] {
  const known = new Set(spans.map(({ spanId }) => spanId));
  const first = Math.min(...spans.map(startOf));
  const below = (parent: string | undefined, depth: number): Row[] =>
    spans
      .filter(({ parentSpanId = '' }) => (parent === undefined ? !known.has(parentSpanId) : parentSpanId === parent))
      .toSorted((a, b) => startOf(a) - startOf(b))
      .flatMap((span) => [
        { span, depth, start: startOf(span) - first, end: Number(span.end) / 1e6 - first },
        ...below(span.spanId, depth + 1),
      ]);
  return below(undefined, 0);
}

/** Returns the axis of the rows, and the gaps on it. */
function axisOf(rows: readonly Row[]): {
  readonly axis: Axis;
  readonly gaps: readonly { readonly x: number; readonly ms: number }[];
} {
  const busy: { from: number; to: number }[] = [];
  for (const { start, end } of rows.toSorted((a, b) => a.start - b.start)) {
    const last = busy.at(-1);
    if (last === undefined || start > last.to + MIN_GAP_MS) busy.push({ from: start, to: end });
    else last.to = Math.max(last.to, end);
  }
  const left = NAMES_WIDTH + 10;
  const width = WIDTH - left - TIMES_WIDTH - (busy.length - 1) * GAP_WIDTH;
  const scale = width / busy.reduce((sum, { from, to }) => sum + to - from, 0);
  let x = left;
  const parts = busy.map(({ from, to }, index) => {
    const part = { from, to, x };
    x += (to - from) * scale + (index === busy.length - 1 ? 0 : GAP_WIDTH);
    return part;
  });
  const axis: Axis = (time) => {
    const part = parts.findLast(({ from }) => from <= time) ?? { from: 0, x: left };
    return part.x + (time - part.from) * scale;
  };
  const gaps = parts.slice(1).map(({ from, x: at }, index) => ({
    x: rounded(at - GAP_WIDTH / 2),
    ms: from - (parts[index]?.to ?? from),
  }));
  return { axis, gaps };
}

function startOf({ start }: ReceivedSpan): number {
  return Number(start) / 1e6;
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
