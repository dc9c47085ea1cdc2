import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { HttpClient, TlsOptions } from '@sluice/lib/ports/http.ts';
import type { KubeConnection } from '../login/kube-connection.ts';

type ClosableHttpClient = HttpClient & { close(): Promise<void> };

export interface RotatingHttpOptions {
  readonly connection: KubeConnection;
  readonly create: (http: KubeConnection['http']) => ClosableHttpClient;
  readonly clock: Clock;
}

const lookMs = 10_000;
/** Longer than any call but a watch lasts; a watch is opened again. */
const farewellMs = 30_000;

/**
 * Goes on with other certificates when those of the connection have changed: an open connection keeps the ones it
 * began with for good, so a client of its own takes over, as client-go does it.
 */
export function createRotatingHttp({ connection, create, clock }: RotatingHttpOptions): ClosableHttpClient {
  let tls: TlsOptions = connection.http.tls;
  let current = create(connection.http);
  let lookedAt = clock.now();
  const retired = new Map<ClosableHttpClient, () => void>();

  const look = async (): Promise<void> => {
    if (clock.now() - lookedAt <= lookMs) return;
    lookedAt = clock.now();
    const now = await connection.readTls().catch(() => tls);
    if (textOf(now) === textOf(tls) || !isPair(now)) return;
    tls = now;
    const old = current;
    current = create({ ...connection.http, tls });
    const cancel = clock.setTimer(farewellMs, () => {
      retired.delete(old);
      void old.close().catch(() => undefined);
    });
    retired.set(old, cancel);
  };

  return {
    async send(request, signal) {
      await look();
      return current.send(request, signal);
    },
    async close() {
      for (const cancel of retired.values()) cancel();
      await Promise.all([current, ...retired.keys()].map((http) => http.close()));
    },
  };
}

const textOf = ({ ca, cert, key }: TlsOptions): string => [ca, cert, key].map(String).join('\n');

/** Between the rotation of a certificate and that of its key they do not fit. */
function isPair({ cert, key }: TlsOptions): boolean {
  if (cert === undefined || key === undefined) return true;
  try {
    return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}
