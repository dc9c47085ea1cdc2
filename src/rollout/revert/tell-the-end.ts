import { stop } from '../context.ts';
import type { Step } from '../context.ts';

/** How long the end of a run is told to receivers that do not answer, once the Canary is deleted. */
export const farewellMs = 60_000;

/** What is owed to `post-rollout` hooks is told while there still is a status that remembers it. */
export const tellTheEnd: Step = {
  name: 'tell-the-end',
  run(context) {
    const { draft, world } = context;
    const owed = (draft.status.outbox ?? []).filter((entry) => entry.kind === 'post-rollout');
    const until = Date.parse(world.canary.metadata.deletionTimestamp ?? '') + farewellMs;
    if (owed.length === 0 || /* guard: deletion-does-not-wait-for-a-receiver-for-ever */ world.now >= until)
      return 'continue';
    context.wakeAt(until);
    return stop('hook', `post-rollout hook "${owed[0]?.hook ?? ''}" is told how the run ended`, { until });
  },
};
