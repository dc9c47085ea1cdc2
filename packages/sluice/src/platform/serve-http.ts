import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describeError, SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import { createGuardedServer } from '@sluice/lib/http/guarded-server.ts';
import type { GuardedOptions } from '@sluice/lib/http/guarded-server.ts';

export interface ServeOptions {
  /** `127.0.0.1`, `::`, ... */
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Who is answered. */
  readonly guard: Pick<GuardedOptions, 'isOwn' | 'onlyUser'>;
  /** Time requests may take to be received; default 5 s. */
  readonly requestTimeoutMs?: number;
}

export interface ServingHttp {
  /** `http://127.0.0.1:8080`, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** Takes no new connections, lets running requests end for `graceMs` (default 3 s), then cuts them. */
  close(graceMs?: number): Promise<void>;
}

/** Serves HTTP to all but strangers (`findStranger`). Throws `SluiceError` when it cannot listen on the address. */
export async function serveHttp(listener: RequestListener, options: ServeOptions): Promise<ServingHttp> {
  const server = createGuardedServer(
    { ...options.guard, server: { requestTimeout: options.requestTimeoutMs ?? 5000 } },
    listener,
  );
  const address = await listen(server, options);
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return {
    url: `http://${host}:${address.port}`,
    port: address.port,
    close: (graceMs = 3000) => close(server, graceMs),
  };
}

function listen(server: Server, { host, port }: ServeOptions): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      reject(new SluiceError(`Cannot listen on ${host}:${port}: ${adviceFor(cause)}`, { cause }));
    });
    // `::` by name fails where the kernel has no IPv6; without a name Node takes 0.0.0.0 there.
    server.listen(host === '::' ? { port } : { host, port }, () => {
      const address = server.address();
      if (typeof address === 'object' && address !== null) resolve(address);
      else reject(new SluiceError(`Cannot listen on ${host}:${port}: no address was given`));
    });
  });
}

function adviceFor(cause: Error): string {
  const code = 'code' in cause ? cause.code : undefined;
  if (code === 'EADDRINUSE') return 'the port is in use; stop what listens there, or choose another port';
  if (code === 'EACCES') return 'not permitted; choose a port above 1023';
  if (code === 'EADDRNOTAVAIL') return 'this machine has no such address';
  return describeError(cause);
}

async function close(server: Server, graceMs: number): Promise<void> {
  const cut = setTimeout(() => {
    server.closeAllConnections();
  }, graceMs);
  // Kept-alive connections become idle only when their last answer is out.
  const sweep = setInterval(() => {
    server.closeIdleConnections();
  }, 20);
  try {
    await new Promise<void>((resolve) => {
      server.close(() => {
        resolve();
      });
    });
  } finally {
    clearTimeout(cut);
    clearInterval(sweep);
  }
}
