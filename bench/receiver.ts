import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Receiver {
  /** `http://127.0.0.1:port`. */
  readonly url: string;
  /** Cuts open connections. */
  close(): Promise<void>;
}

/** An HTTP server on a free port of loopback. Hooks and metrics of the canaries ask it. */
export async function startReceiver(answer: RequestListener): Promise<Receiver> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
