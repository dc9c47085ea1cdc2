import type { RolloutView } from '../../view/rollout-view.ts';

/** How a rollout stood from `at` on. */
export interface TrafficSample {
  /** Milliseconds. */
  readonly at: number;
  /** Percent of the traffic that the routes were told to send to the canary. */
  readonly weight: number;
  readonly phase: string;
  readonly failed: number;
  readonly state: RolloutView['state'];
}

/** What a console saw of each canary since it started. Nothing is stored: a restart begins anew. */
export interface TrafficHistory {
  add(view: RolloutView, at: number): void;
  of(uid: string): readonly TrafficSample[];
  forget(uid: string): void;
}

const mostSamples = 240;
const mostCanaries = 2_000;

export function createTrafficHistory(): TrafficHistory {
  const histories = new Map<string, TrafficSample[]>();
  return {
    add(view, at) {
      const { uid } = view.metadata;
      const samples = histories.get(uid) ?? [];
      const sample = {
        at,
        weight: view.traffic.written,
        phase: view.phase,
        failed: view.checks.failed,
        state: view.state,
      };
      if (isSame(samples.at(-1), sample)) return;
      samples.push(sample);
      if (samples.length > mostSamples) samples.shift();
      // The canary that changed last is the last to go.
      histories.delete(uid);
      histories.set(uid, samples);
      const oldest = histories.keys().next().value;
      if (histories.size > mostCanaries && oldest !== undefined) histories.delete(oldest);
    },
    of: (uid) => histories.get(uid) ?? [],
    forget: (uid) => void histories.delete(uid),
  };
}

const isSame = (before: TrafficSample | undefined, now: TrafficSample): boolean =>
  before !== undefined &&
  before.weight === now.weight &&
  before.phase === now.phase &&
  before.failed === now.failed &&
  before.state === now.state;
