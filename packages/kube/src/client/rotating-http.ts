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
/** Longer than any call except a watch; a watch is reopened. */
const farewellMs = 30_000;

/**
 * Uses new certificates once those of `connection` have changed. An open connection keeps its first certificates, so a
 * new client takes over, as in client-go.
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

/** A certificate and its key do not match while only one of them is rotated. */
function isPair({ cert, key }: TlsOptions): boolean {
  if (cert === undefined || key === undefined) return true;
  try {
    return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}
