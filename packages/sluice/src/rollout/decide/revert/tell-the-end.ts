import { waitFor } from '../../wait.ts';
import type { Decision } from '../decision.ts';

/** How long the end of a run is told to receivers that do not answer, once the Canary is deleted. */
export const farewellMs = 60_000;

/** What is owed to `post-rollout` hooks is told while there still is a status that remembers it. */
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
