import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

export interface TcpRelay {
  /** As the server's, with the port of the relay. */
  readonly url: string;
  /** Connections that are open and carry a stream of events now. */
  openStreams(): number;
  /** Cuts every connection; while `refusing`, new ones are cut, too. */
  cut(refusing: boolean): void;
  close(): Promise<void>;
}

/** Stands between a browser and a server, as a proxy that loses its connections does. */
export async function startTcpRelay(url: string): Promise<TcpRelay> {
  const { hostname, port } = new URL(url);
  const streams = new Set<Socket>();
  const open = new Set<Socket>();
  let isRefusing = false;
  const server = createServer((near) => {
    if (isRefusing) return void near.destroy();
    const far = connect(Number(port), hostname);
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        open.delete(socket);
        streams.delete(near);
        near.destroy();
        far.destroy();
      });
    }
    near.on('data', (chunk) => void (chunk.includes('GET /api/v1/stream') && streams.add(near)));
    near.pipe(far);
    far.pipe(near);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = (refusing: boolean): void => {
    isRefusing = refusing;
    for (const socket of open) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    openStreams: () => streams.size,
    cut,
    async close() {
      cut(true);
      server.close();
      await once(server, 'close');
    },
  };
}
