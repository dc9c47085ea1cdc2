import { waitFor } from '../../wait.ts';
import type { Decision } from '../decision.ts';

/** Milliseconds in which deliveries of a deleted Canary are retried. */
export const farewellMs = 60_000;

/** Delivers the calls that `post-rollout` hooks still have to get, before the Canary and its status are gone. */
export const tellTheEnd: Decision = {
  name: 'tell-the-end',
  run({ draft, seen }) {
    const owed = (draft.status.outbox ?? []).filter((entry) => entry.kind === 'post-rollout');
    const until = Date.parse(seen.canary.metadata.deletionTimestamp ?? '') + farewellMs;
    if (owed.length === 0 || /* guard: deletion-does-not-wait-for-a-receiver-for-ever */ seen.now >= until)
      return 'next';
    const message = `post-rollout hook "${owed[0]?.hook ?? ''}" is told how the run ended`;
    return waitFor('hook', 'TellingTheEnd', message, { until });
  },
};
