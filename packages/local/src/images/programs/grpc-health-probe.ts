/** Stands in for `grpc_health_probe -addr=HOST:PORT`, as podinfo's Helm test calls it. */
import { checkGrpcHealth } from './check-grpc-health.ts';
import { onPod } from './on-pod.ts';

const flag = process.argv.slice(2).find((argument) => /^--?addr=/.test(argument));
const address = flag?.slice(flag.indexOf('=') + 1) ?? '';
checkGrpcHealth(onPod(address), 2_000).then(
  () => process.stdout.write('status: SERVING\n'),
  (error: Error) => {
    process.stderr.write(`error: ${address}: ${error.message}\n`);
    process.exit(2);
  },
);
