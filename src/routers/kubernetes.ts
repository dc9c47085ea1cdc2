import type { Router } from '../ports/router.ts';
import { viewCanary } from '../rules/canary-view.ts';

/**
 * Plain Kubernetes: no route objects, traffic moves with the services. Of blue/green the canary is asked
 * directly, so what it "gets" follows from the strategy, not from an object.
 */
export const kubernetes: Router = {
  names: ['kubernetes'],
  capabilities: { weights: false, match: false, mirror: false },
  resources: [],
  render: () => [],
  observe: (canary) => {
    const blueGreen = (viewCanary(canary).analysis.iterations ?? 0) > 0;
    return { weights: blueGreen ? { primary: 0, canary: 100 } : { primary: 100, canary: 0 }, mirrored: false };
  },
};
