import packageJson from '../../../../package.json' with { type: 'json' };
import type { Environment } from './environment.ts';
import { print } from './print.ts';

export const version: string = packageJson.version;

/** `sluice version`; all but the plain form is loaded when it is called for. */
export async function runVersion(args: readonly string[], env: Environment): Promise<number> {
  if (args.length === 0) {
    print.out(version);
    return 0;
  }
  const { runClusterVersion } = await import('./rollouts/cluster-version.ts');
  return runClusterVersion(args, env);
}
