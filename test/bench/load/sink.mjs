/**
 * Receiver that replaces all vendors. Answers each request at once, and records when the event of each request arrived. Parses
 * only the HTTP that the benchmark's senders use, so that the receiver needs little CPU.
 */
import { createServer } from 'node:net';
import { stampNow, UNMEASURED } from '../workload/event.mjs';

const ANSWER = Buffer.from(
  'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 11\r\n\r\n{"ok":true}',
);
const HEAD_END = '\r\n\r\n';
const STAMP_NAME = '"sentAtUs":';
const STAMP_DIGITS = 16;
const REPORT_EVERY_MS = 5;

let received = 0;
/** Stamps of the delivered events, and the times of their deliveries. */
let arrivals = { stamps: [], times: [] };

/** Processes all complete requests in the bytes. Returns the remaining bytes. */
function answerAll(socket, bytes) {
  let start = 0;
  for (;;) {
    const headEnd = bytes.indexOf(HEAD_END, start, 'latin1');
    if (headEnd === -1) break;
    const [, length] = /\r\ncontent-length: *(\d+)/i.exec(bytes.latin1Slice(start, headEnd)) ?? [];
    if (length === undefined) throw new Error('The request has no content-length, which the sink requires.');
    const end = headEnd + HEAD_END.length + Number(length);
    if (bytes.length < end) break;
    note(bytes, headEnd, end);
    socket.write(ANSWER);
    start = end;
  }
  return start === bytes.length ? undefined : bytes.subarray(start);
}

function note(bytes, from, to) {
  received += 1;
  const name = bytes.indexOf(STAMP_NAME, from, 'latin1');
  if (name === -1 || name > to) return;
  // The number is in quotes if the sender's template engine renders only text.
  const at = name + STAMP_NAME.length + (bytes[name + STAMP_NAME.length] === 0x22 ? 1 : 0);
  const stamp = Number(bytes.latin1Slice(at, at + STAMP_DIGITS));
  if (stamp === UNMEASURED) return;
  arrivals.stamps.push(stamp);
  arrivals.times.push(stampNow());
}

const server = createServer({ noDelay: true }, (socket) => {
  let rest;
  socket.on('data', (chunk) => {
    rest = answerAll(socket, rest === undefined ? chunk : Buffer.concat([rest, chunk]));
  });
  socket.on('error', () => undefined);
});

/** Server that repeatedly sends the number of deliveries to each connected process, as a little-endian double. */
const counter = createServer({ noDelay: true }, (socket) => {
  let reported = -1;
  const timer = setInterval(() => {
    if (reported === received) return;
    reported = received;
    const message = Buffer.alloc(8);
    message.writeDoubleLE(received);
    socket.write(message);
  }, REPORT_EVERY_MS);
  socket.on('error', () => undefined);
  socket.on('close', () => clearInterval(timer));
});

process.on('message', (question) => {
  if (question === 'mark') arrivals = { stamps: [], times: [] };
  const { stamps, times } = arrivals;
  const result = { stamps: Float64Array.from(stamps), times: Float64Array.from(times) };
  process.send({ received, result: question === 'arrivals' ? result : undefined });
});
process.on('disconnect', () => process.exit(0));

const listen = (it) => new Promise((resolve) => it.listen(0, '127.0.0.1', () => resolve(it.address().port)));
process.send({ port: await listen(server), counterPort: await listen(counter) });
