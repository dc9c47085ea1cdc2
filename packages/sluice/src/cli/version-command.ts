import type { Environment } from './environment.ts';
import { print } from './print.ts';
import { version } from './version.ts';

/** `sluice version`; all but the plain form is loaded when it is called for. */
export async function runVersion(args: readonly string[], env: Environment): Promise<number> {
  if (args.length === 0) {
    print.out(version);
    return 0;
  }
  const { runClusterVersion } = await import('./rollouts/cluster-version.ts');
  return runClusterVersion(args, env);
}
