/** Stands in for `podcli check http|tcp|grpc ADDRESS`, as podinfo's probes call it. */
import { request } from 'node:http';
import { onPod } from './on-pod.ts';

const timeoutMs = 1_000;

const [check, kind, address] = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
if (check !== 'check' || kind === undefined || address === undefined) {
  fail('usage: podcli check http|grpc ADDRESS');
}
const end = (error?: Error): void => {
  if (error !== undefined) fail(`check failed: ${error.message}`);
  process.exit(0);
};
if (kind === 'http') checkHttp(onPod(address), end);
else if (kind === 'grpc') checkGrpc(onPod(address)).then(() => end(), end);
else fail(`podcli stand-in: check ${kind} is not supported; use http or grpc`);

async function checkGrpc(target: string): Promise<void> {
  // Loaded only here, because HTTP/2 would slow down every probe over HTTP.
  const { checkGrpcHealth } = await import('./check-grpc-health.ts');
  await checkGrpcHealth(target, timeoutMs);
}

function checkHttp(target: string, done: (error?: Error) => void): void {
  const url = /^https?:/.test(target) ? target : `http://${target}`;
  const outgoing = request(url, { timeout: timeoutMs, agent: false }, (answer) => {
    answer.resume();
    const status = answer.statusCode ?? 0;
    done(status >= 200 && status < 300 ? undefined : new Error(`status code ${status}`));
  });
  outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer within ${timeoutMs} ms`)));
  outgoing.on('error', done);
  outgoing.end();
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
