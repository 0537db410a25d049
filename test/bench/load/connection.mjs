import { connect } from 'node:net';

const HEAD_END = '\r\n\r\n';

/**
 * Kept-alive connection to a system under test, with one request at a time. Parses only the parts of HTTP that the
 * benchmark needs.
 */
export class Connection {
  #socket;
  #rest;
  #answered;

  /**
   * @param onEnd called once after the connection has ended. Its arguments say if a request was in flight, if the
   *   connection was ever open, and why the connection ended
   */
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

  /** Sends a request. Calls `answered` with the status of the response. */
  send(head, body, answered) {
    this.#answered = answered;
    this.#socket.cork();
    this.#socket.write(head);
    // Writes a copy of the body, because the caller reuses the buffer for the next event before a slow socket has sent
    // the body.
    this.#socket.write(Buffer.from(body));
    this.#socket.uncork();
  }

  close() {
    this.#socket.removeAllListeners('close');
    this.#socket.destroy();
  }

  #read(bytes) {
    // The system sent a response without a request, for example a 408 on an unused connection.
    if (this.#answered === undefined) {
      this.#socket.destroy();
      return;
    }
    this.#rest = bytes;
    const headEnd = bytes.indexOf(HEAD_END, 0, 'latin1');
    if (headEnd === -1) return;
    const head = bytes.latin1Slice(0, headEnd);
    const [, length] = /\r\ncontent-length: *(\d+)/i.exec(head) ?? [];
    if (length === undefined)
      this.#socket.destroy(new Error('The response has no content-length, which the load generator requires.'));
    else if (bytes.length >= headEnd + HEAD_END.length + Number(length)) {
      const answered = this.#answered;
      this.#rest = undefined;
      this.#answered = undefined;
      answered(Number(head.slice(9, 12)));
    }
  }
}
