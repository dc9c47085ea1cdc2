import { writeTestKubeconfig } from '../control-plane.ts';
import type { ControllerProcess, ControllerProcessOptions } from '../controller-process.ts';
import { startFaultProxy } from './proxy.ts';
import type { FaultProxy } from './proxy.ts';
import { startFaultRun } from './run.ts';
import type { FaultRun, FaultRunOptions, Outcome } from './run.ts';
import type { RealCluster } from '../real-cluster.ts';

export interface StoryParts {
  readonly run: FaultRun;
  readonly proxy: FaultProxy;
  /** A controller of the run's namespace; by default its way to the server leads through the proxy. */
  readonly start: (options?: Partial<ControllerProcessOptions>) => ControllerProcess;
}

/** What became of one canary in a namespace of its own, after `story`. A failure tells what the controllers logged. */
export async function tellStory(
  cluster: RealCluster,
  options: FaultRunOptions,
  story: (parts: StoryParts) => Promise<unknown>,
): Promise<Outcome> {
  const { namespace } = options;
  const proxy = await startFaultProxy(cluster.plane.url);
  const kubeconfig = writeTestKubeconfig(proxy.url, { token: cluster.plane.token });
  const run = await startFaultRun(cluster, options);
  const controllers: ControllerProcess[] = [];
  const start: StoryParts['start'] = ({ flags = [], ...own } = {}) => {
    const scoped = [`-namespace=${namespace}`, ...flags];
    const controller = cluster.startController({ kubeconfig, ...own, flags: scoped });
    controllers.push(controller);
    return controller;
  };
  try {
    await story({ run, proxy, start });
    return await run.outcome();
  } catch (cause) {
    const logs = controllers.map((controller) => controller.log());
    throw new Error(`in ${namespace}, where controllers said:\n${logs.join('\n---\n')}`, { cause });
  } finally {
    proxy.onRequest(() => undefined);
    await Promise.all(controllers.map((controller) => controller.stop()));
    await run.close();
    await proxy.close();
  }
}

/** Nothing goes wrong unless `disturb`, when the run waits at its gate, sees to it. */
export function tellRun(
  cluster: RealCluster,
  options: FaultRunOptions,
  disturb: (parts: StoryParts) => unknown = () => undefined,
): Promise<Outcome> {
  return tellStory(cluster, options, async (parts) => {
    parts.start();
    await parts.run.initialized();
    await parts.run.reachGate();
    await disturb(parts);
    parts.run.openGate();
    await parts.run.succeeded();
  });
}
