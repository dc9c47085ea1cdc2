import type { Seen } from '../../seen.ts';

/** Copies of requests before the first real one; in an A/B test the match says which requests there are. */
export const mirrors = ({ canary, router, strategy }: Seen): boolean =>
  canary.spec.analysis.mirror === true && router.capabilities.mirror && strategy !== 'ab-testing';
