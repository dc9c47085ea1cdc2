import type { Router } from '../ports/router.ts';

/**
 * Plain Kubernetes: no route objects. The apex service selects the primary's pods, always, so that is what is
 * observed; a canary is reached by its own service. (Flagger reports 0/100 here once blue/green has begun.)
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
