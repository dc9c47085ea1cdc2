import { createServer } from 'node:http2';

/** Serves `grpc.health.v1.Health/Check`, the only gRPC call that probes make. */
export function startHealthService(host: string, port: number, isHealthy: () => boolean): void {
  const server = createServer();
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined);
    const known = headers[':path'] === '/grpc.health.v1.Health/Check';
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    // 12: UNIMPLEMENTED
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': known ? '0' : '12' }));
    // One message of two bytes: field 1 (status), 1 SERVING or 2 NOT_SERVING.
    stream.end(known ? Buffer.from([0, 0, 0, 0, 2, 8, isHealthy() ? 1 : 2]) : undefined);
  });
  server.on('error', (error) => process.stderr.write(`podinfo: grpc ${host}:${port}: ${error.message}\n`));
  server.listen({ host, port });
}
