import { createServer, type Server } from 'node:net';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';

/** The listener on this port is the lock: the kernel frees it however the process dies. It has no traffic. */
const lockPort = 47_410;
const firstRange = 32;
const lastRange = 126;

export interface AddressRange {
  /** `127.x`: the cluster owns every address that begins with it. */
  readonly prefix: string;
  close(): Promise<void>;
}

/** Takes the first range that no other local cluster of this machine holds. */
export async function lockAddressRange(): Promise<AddressRange> {
  for (let octet = firstRange; octet <= lastRange; octet += 1) {
    const server = await tryListen(`127.${octet}.0.1`);
    if (server !== undefined) return { prefix: `127.${octet}`, close: () => closeServer(server) };
  }
  throw new SluiceError(
    `every loopback range from 127.${firstRange} to 127.${lastRange} is taken (port ${lockPort}); stop another local cluster`,
  );
}

async function tryListen(address: string): Promise<Server | undefined> {
  const server = createServer((socket) => socket.destroy());
  const { promise, resolve, reject } = Promise.withResolvers<Server | undefined>();
  server.once('listening', () => resolve(server));
  server.once('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EADDRINUSE') return resolve(undefined);
    reject(explain(address, error));
  });
  server.listen({ host: address, port: lockPort, exclusive: true });
  const answer = await promise;
  answer?.unref();
  return answer;
}

function explain(address: string, error: NodeJS.ErrnoException): SluiceError {
  // Linux answers on all of 127.0.0.0/8; macOS and BSD only on addresses that were added to the interface.
  const cure =
    error.code === 'EADDRNOTAVAIL'
      ? `this machine has no loopback address ${address}; add it (macOS: ifconfig lo0 alias ${address}) or use Linux`
      : `listening on ${address}:${lockPort} failed`;
  return new SluiceError(cure, { cause: error });
}

function closeServer(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  return promise;
}
