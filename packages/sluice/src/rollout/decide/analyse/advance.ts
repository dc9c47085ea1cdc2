import type { RunPlace } from '../../draft.ts';
import type { Decision } from '../decision.ts';
import { pausedWait } from '../people/hold-start.ts';
import { goOnJudging } from '../run/go-on-judging.ts';
import { advanceIteration } from './advance-iteration.ts';
import { advanceWeight } from './advance-weight.ts';

/** Takes the next step of a run whose present step was judged good: more traffic, one more iteration, or promotion. */
export const advance: Decision<RunPlace> = {
  name: 'advance',
  run(moment) {
    goOnJudging(moment);
    const { canaryWeight } = moment.draft.status;
    const paused = pausedWait(moment, `the weight stays at ${canaryWeight}`);
    // guard: a-paused-run-takes-no-step
    if (paused !== undefined) return paused;
    return moment.seen.strategy === 'canary' ? advanceWeight(moment) : advanceIteration(moment);
  },
};
