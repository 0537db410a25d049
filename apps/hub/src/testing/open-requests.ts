import { request, type ClientRequest, type RequestOptions } from 'node:http';
import type { FastifyInstance } from 'fastify';

/** Request whose body the test sends later, if at all. Its method is POST by default. */
interface OpenRequest extends Pick<RequestOptions, 'path' | 'method'> {
  readonly headers: Readonly<Record<string, string | number>>;
}

/** Requests of a test to a server, whose bodies are still open. */
export class OpenRequests {
  private readonly clients: ClientRequest[] = [];

  private constructor(private readonly port: number) {}

  /** Makes a server listen on a free port of 127.0.0.1. The caller must call {@link close}, and close the server. */
  static async to(fastify: FastifyInstance): Promise<OpenRequests> {
    await fastify.listen({ port: 0, host: '127.0.0.1' });
    const address = fastify.server.address();
    return new OpenRequests(typeof address === 'object' && address !== null ? address.port : 0);
  }

  /** Sends the headers of a request and leaves its body open. */
  open({ headers, ...options }: OpenRequest): ClientRequest {
    const client = request({
      ...{ port: this.port, host: '127.0.0.1', method: 'POST', agent: false, ...options },
      headers: { 'content-type': 'a/b', ...headers },
    });
    // The server may close the connection while the body is being sent.
    client.on('error', () => undefined);
    client.flushHeaders();
    this.clients.push(client);
    return client;
  }

  /** Resolves to the status of the response. Rejects if the server closes the connection without a response. */
  statusOf(client: ClientRequest): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      client.once('close', () => reject(new Error('The server closed the connection.')));
      client.once('response', (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
    });
  }

  /** Ends all requests, so that the server can close. */
  close(): void {
    for (const client of this.clients.splice(0)) client.destroy();
  }
}
