import { Counter, Gauge, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';

/** The Canary's own name; `name` in Flagger's series is the target's. */
const canary = ['namespace', 'canary'] as const;

/** What the process says of itself whenever it is asked. */
export interface ProcessState {
  /** Whether this process works, and does not wait for another one. */
  readonly leads: () => boolean;
  /** Canaries whose pass is due and has not begun. */
  readonly queued: () => number;
}

/** Series that Flagger does not have (docs/reference/series.md): what a Canary waits for, what its hooks did, what is wrong with it. */
export const createOwnSeries = (register: Registry, state: () => ProcessState) => ({
  ...createStateSeries([register]),
  ...createHookSeries([register]),
  ...createProcessSeries([register], state),
});

const createStateSeries = (registers: Registry[]) => ({
  waiting: new Gauge({
    name: 'sluice_canary_waiting_since_timestamp_seconds',
    help: 'Time since which a canary waits, and for what; absent while it waits for nothing',
    labelNames: [...canary, 'for', 'reason'],
    registers,
  }),
  condition: new Gauge({
    name: 'sluice_canary_condition',
    help: '1 while a condition of a canary other than Promoted is True, such as Invalid; else absent',
    labelNames: [...canary, 'type'],
    registers,
  }),
  outbox: new Gauge({
    name: 'sluice_canary_outbox_oldest_timestamp_seconds',
    help: 'Time of the oldest announcement that no receiver has acknowledged; absent while there is none',
    labelNames: canary,
    registers,
  }),
  deadLetters: new Counter({
    name: 'sluice_canary_dead_letters_total',
    help: 'Announcements that were given up after their retries',
    labelNames: canary,
    registers,
  }),
});

const createHookSeries = (registers: Registry[]) => ({
  hookCalls: new Counter({
    name: 'sluice_hook_calls_total',
    help: 'Calls of hooks by outcome, retries of one call counted once',
    labelNames: [...canary, 'type', 'outcome'],
    registers,
  }),
  hookDuration: new Histogram({
    name: 'sluice_hook_duration_seconds',
    help: 'Seconds from the first attempt of a hook call to its answer, retries included',
    labelNames: ['namespace', 'type'],
    buckets: [0.1, 0.5, 1, 5, 10, 30, 60, 600],
    registers,
  }),
});

const createProcessSeries = (registers: Registry[], state: () => ProcessState) => ({
  leader: new Gauge({
    name: 'sluice_leader',
    help: '1 while this process works, 0 while another one does or none may',
    registers,
    collect() {
      this.set(state().leads() ? 1 : 0);
    },
  }),
  depth: new Gauge({
    name: 'workqueue_depth',
    help: 'Canaries whose pass is due and has not begun',
    labelNames: ['name'],
    registers,
    collect() {
      this.set({ name: 'canaries' }, state().queued());
    },
  }),
});
