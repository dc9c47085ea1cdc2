import type { Router } from '../ports/router.ts';

/**
 * Plain Kubernetes, without route objects. The apex service always selects the primary's pods, so 100/0 is
 * observed; the canary has its own service. (Flagger reports 0/100 here once blue/green has begun.)
 */
export const kubernetes: Router = {
  names: ['kubernetes'],
  capabilities: { weights: false, match: false, mirror: false, sessionAffinity: false },
  meshKinds: [],
  check: () => [],
  objects: () => [],
  render: () => [],
  retreat: () => [],
  release: () => [],
  observe: () => ({
    weights: { primary: 100, canary: 0 },
    mirrored: false,
    gateway: { state: 'follows' },
  }),
};
