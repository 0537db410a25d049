import { connect } from 'node:net';

const HEAD_END = '\r\n\r\n';

/** One kept-alive connection to a system under test, one request at a time. Reads HTTP only as far as it has to. */
export class Connection {
  #socket;
  #rest;
  #answered;

  /** @param onEnd told once when the connection has ended: whether a request was lost with it, and whether it ever was up */
  constructor(port, onEnd) {
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#socket.on('data', (chunk) =>
      this.#read(this.#rest === undefined ? chunk : Buffer.concat([this.#rest, chunk])),
    );
    let wasUp = false;
    this.#socket.on('connect', () => (wasUp = true));
    let reason = 'the connection was closed';
    this.#socket.on('error', (error) => (reason = error.message));
    this.#socket.on('close', () => onEnd({ wasBusy: this.#answered !== undefined, wasUp, reason }));
  }

  /** Sends a request; `answered` is called with the status of its answer. */
  send(head, body, answered) {
    this.#answered = answered;
    this.#socket.cork();
    this.#socket.write(head);
    // The bytes are another event's by the time a slow socket gets to them.
    this.#socket.write(Buffer.from(body));
    this.#socket.uncork();
  }

  close() {
    this.#socket.removeAllListeners('close');
    this.#socket.destroy();
  }

  #read(bytes) {
    // Nobody asked: a 408 to a connection that was never used.
    if (this.#answered === undefined) {
      this.#socket.destroy();
      return;
    }
    this.#rest = bytes;
    const headEnd = bytes.indexOf(HEAD_END, 0, 'latin1');
    if (headEnd === -1) return;
    const head = bytes.latin1Slice(0, headEnd);
    const [, length] = /\r\ncontent-length: *(\d+)/i.exec(head) ?? [];
    if (length === undefined) this.#socket.destroy(new Error('an answer does not tell its length'));
    else if (bytes.length >= headEnd + HEAD_END.length + Number(length)) {
      const answered = this.#answered;
      this.#rest = undefined;
      this.#answered = undefined;
      answered(Number(head.slice(9, 12)));
    }
  }
}
