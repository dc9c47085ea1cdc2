import { connect as connectHttp2 } from 'node:http2';
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { proxyAuthorization } from '../../network/proxy-credential.ts';

/** Asks `grpc.health.v1.Health/Check` at `host:port`, through `http_proxy` when the host is not an address. */
export async function checkGrpcHealth(address: string, timeoutMs: number): Promise<void> {
  const socket = await open(address, timeoutMs);
  const session = connectHttp2(`http://${address}`, { createConnection: () => socket });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  session.setTimeout(timeoutMs, () => reject(new Error(`no answer within ${timeoutMs} ms`)));
  session.on('error', reject);
  const stream = session.request({
    ':method': 'POST',
    ':path': '/grpc.health.v1.Health/Check',
    'content-type': 'application/grpc',
    te: 'trailers',
  });
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  stream.on('error', reject);
  stream.on('end', () => {
    // After five bytes of frame: field 1 with the value 1 is SERVING.
    const message = Buffer.concat(chunks).subarray(5);
    if (message[0] === 8 && message[1] === 1) resolve();
    else reject(new Error(`not serving (${message.toString('hex') || 'empty answer'})`));
  });
  stream.end(Buffer.alloc(5));
  await promise.finally(() => session.destroy());
}

function open(address: string, timeoutMs: number): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const proxy = URL.parse(process.env['http_proxy'] ?? '');
  const separator = address.lastIndexOf(':');
  const host = address.slice(0, separator);
  if (proxy === null || /^[\d.]+$/.test(host)) {
    const socket = connect({ host, port: Number(address.slice(separator + 1)), timeout: timeoutMs });
    socket.once('connect', () => resolve(socket));
    socket.once('error', reject);
    return promise;
  }
  const { hostname, port } = proxy;
  const authorization = proxyAuthorization(proxy);
  const headers = authorization === undefined ? {} : { 'proxy-authorization': authorization };
  const outgoing = request({
    host: hostname,
    port,
    method: 'CONNECT',
    path: address,
    timeout: timeoutMs,
    headers,
  });
  outgoing.once('connect', (answer, socket) => {
    if (answer.statusCode === 200) resolve(socket);
    else reject(new Error(`${address}: the proxy answered ${answer.statusCode}`));
  });
  outgoing.once('error', reject);
  outgoing.end();
  return promise;
}
