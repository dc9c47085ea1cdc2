import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { Log } from '@sluice/lib/ports/log.ts';
import type { RunningConsole } from '../console/start-console.ts';
import type { ControllerFlags } from './controller-flags.ts';
import type { Environment } from './environment.ts';

/** The console beside the controller; undefined without `-console`. Rejects with `SluiceError` when it cannot listen. */
export async function serveConsole(
  flags: ControllerFlags,
  parts: { readonly clock: Clock; readonly log: Log },
  env: Environment,
): Promise<RunningConsole | undefined> {
  if (flags.console === '') return undefined;
  // A controller without a console loads nothing of it.
  const { startBeside } = await import('./console/beside.ts');
  const { clock, log } = parts;
  const running = await startBeside({
    address: flags.console,
    allowedHosts: flags['allowed-hosts'],
    kubeconfig: flags.kubeconfig,
    master: flags.master,
    provider: flags['mesh-provider'],
    namespace: flags.namespace,
    clock,
    log,
    env,
  });
  log.info('serving the console', { url: running.url });
  return running;
}
