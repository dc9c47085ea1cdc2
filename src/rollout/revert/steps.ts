import type { Step } from '../context.ts';
import { beginTerminating } from './begin-terminating.ts';
import { leaveServing } from './leave-serving.ts';
import { letGoAtDeadline } from './let-go-at-deadline.ts';
import { moveTraffic } from './move-traffic.ts';
import { tellTheEnd } from './tell-the-end.ts';
import { waitTargetReady } from './wait-target-ready.ts';
import { growTarget } from './grow-target.ts';

/** What the deletion of a Canary with `revertOnDeletion` waits for, in order; then its finalizer goes. */
export const revertSteps: readonly Step[] = [
  leaveServing,
  letGoAtDeadline,
  beginTerminating,
  growTarget,
  waitTargetReady,
  moveTraffic,
  // guard: deletion-tells-before-it-lets-go
  tellTheEnd,
];
