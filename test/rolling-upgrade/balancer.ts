import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** Load balancer in front of the processes that take events. Each connection goes to the next process. */
export class Balancer {
  private readonly ports: number[] = [];
  private readonly sockets = new Set<Socket>();
  private next = 0;

  private constructor(private readonly server: Server) {
    server.on('connection', (client: Socket) => this.forward(client));
  }

  /** Starts a balancer on 127.0.0.1 and a free port. */
  static async start(): Promise<Balancer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Balancer(server);
  }

  get url(): string {
    const { port } = this.server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  add(port: number): void {
    this.ports.push(port);
  }

  /** Sends no new connections to a process. Its open connections stay until the process ends them. */
  remove(port: number): void {
    this.ports.splice(this.ports.indexOf(port), 1);
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private forward(client: Socket): void {
    const port = this.ports[(this.next += 1) % this.ports.length];
    if (port === undefined) {
      client.destroy();
      return;
    }
    const target = connect(port, '127.0.0.1');
    for (const [socket, other] of [
      [client, target],
      [target, client],
    ] as const) {
      this.sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        this.sockets.delete(socket);
        other.destroy();
      });
    }
    client.pipe(target).pipe(client);
  }
}
