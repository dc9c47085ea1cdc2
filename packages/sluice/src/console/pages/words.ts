import type { RolloutState, RolloutView } from '../../view/rollout-view.ts';

/** The phase as people read it: Flagger's word, and a word for a canary that nobody has looked at. */
export const phaseWord = ({ phase }: RolloutView): string => (phase === '' ? 'New' : phase);

export const stateWords: Readonly<Record<RolloutState, string>> = {
  person: 'waits for a person',
  machine: 'in progress',
  failed: 'failed',
  back: 'rolling back',
  done: 'succeeded',
  idle: 'idle',
};

/** `20 of 50 %`; of a plan without weights `20 %`. */
export const trafficText = ({ traffic: { written, most } }: RolloutView): string =>
  written === 0 ? '0 %' : most > 0 && most < 100 ? `${written} of ${most} %` : `${written} %`;

/** What it waits for, for a column; of what waits for nothing, why it ended as it did. */
export function waitText({ waitsFor, state, run }: RolloutView): string {
  if (waitsFor.kind !== 'nothing') return waitsFor.what;
  return state === 'failed' && run !== null && run.cause !== '' ? `nothing: ${run.cause}` : 'nothing';
}

/** `38ms`, `14.8s`, `2m 5s` */
export const tookText = (ms: number): string =>
  ms < 1000 ? `${Math.round(ms)}ms` : ms < 60_000 ? `${Number((ms / 1000).toFixed(1))}s` : durationText(ms);

/** `12m`, `1h 58m`, `3d 4h`: whole parts, the two largest. */
export function durationText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const parts: readonly (readonly [number, string])[] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'm'],
    [seconds % 60, 's'],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  if (first === -1) return '0s';
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count}${unit}`)
    .join(' ');
}

/** `13:50:02`, in UTC; of another day `Nov 30 13:50`. */
export function clockText(time: string, now: number): string {
  const at = Date.parse(time);
  if (Number.isNaN(at)) return time;
  const iso = new Date(at).toISOString();
  if (Math.abs(now - at) < 12 * 3_600_000) return iso.slice(11, 19);
  return `${months[Number(iso.slice(5, 7)) - 1]} ${Number(iso.slice(8, 10))} ${iso.slice(11, 16)}`;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A revision without its scheme. */
export const bareRevision = (revision: string): string => revision.replace(/^[\w-]+:/, '');

/** The first 10 characters: enough to tell revisions apart. */
export const shortRevision = (revision: string): string => bareRevision(revision).slice(0, 10);
