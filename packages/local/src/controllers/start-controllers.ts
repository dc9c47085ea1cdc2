import type { Log } from '@sluice/lib/ports/log.ts';
import { runController } from './controller.ts';
import type { ControllerParts } from './controller.ts';
import { daemonSetController } from './daemon-set.ts';
import { deploymentController } from './deployment.ts';
import { jobController } from './job.ts';
import { replicaSetController } from './replica-set.ts';
import { serviceController } from './service.ts';

/** Starts every controller; the returned function stops them. */
export function startControllers(parts: ControllerParts, log: Log): () => void {
  const stops = [
    deploymentController,
    replicaSetController,
    daemonSetController,
    jobController,
    serviceController,
  ].map((controller) => runController(controller, parts, log));
  return () => {
    for (const stop of stops) stop();
  };
}
