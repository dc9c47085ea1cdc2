import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';

export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** A real HTTPS server that answers every request with who it takes the caller for. */
export interface SecureApi {
  /** `https://localhost:PORT`. */
  readonly url: string;
  readonly port: number;
  /** Shows another certificate to connections from now on. */
  show(certificate: Certificate): void;
  close(): Promise<void>;
}

/** Clients may show a certificate, which need not be vouched for; its name is part of the answer. */
export async function startSecureApi(certificate: Certificate): Promise<SecureApi> {
  const options = { requestCert: true, rejectUnauthorized: false };
  const server = createServer({ ...options, ...certificate }, (request, response) => {
    const { subject } = (request.socket as TLSSocket).getPeerCertificate();
    response.end(
      JSON.stringify({
        authorization: request.headers.authorization,
        certificate: (subject as { readonly CN?: string } | undefined)?.CN,
      }),
    );
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://localhost:${port}`,
    port,
    show: (next) => server.setSecureContext({ ...options, ...next }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
