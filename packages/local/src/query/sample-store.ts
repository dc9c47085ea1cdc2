import { labelsKey, type Labels } from './labels.ts';

export interface Point {
  /** Milliseconds since the Unix epoch. */
  readonly time: number;
  readonly value: number;
}

export interface Series {
  readonly labels: Labels;
  /** Oldest first. */
  readonly points: readonly Point[];
  /** Time since which its target no longer exposes it; instant selectors skip it from then on. */
  readonly staleSince: number | undefined;
}

export interface SampleStore {
  append(labels: Labels, point: Point): void;
  /** Marks the target's series that the scrape at `time` did not have; all of them when the target is gone. */
  markStale(target: string, time: number): void;
  /** Series of which `matches` is true. */
  select(matches: (labels: Labels) => boolean): readonly Series[];
  /** Deletes points older than the retention. */
  prune(now: number): void;
}

interface StoredSeries {
  readonly labels: Labels;
  readonly points: Point[];
  staleSince: number | undefined;
}

/**
 * Holds samples in memory, bounded by age and by number of series; beyond that new series are ignored. The label
 * `instance` names the target.
 */
export function createSampleStore(limits: {
  readonly retentionMs: number;
  readonly maxSeries: number;
}): SampleStore {
  const byKey = new Map<string, StoredSeries>();
  return {
    append(labels, point) {
      const key = labelsKey(labels);
      const known = byKey.get(key);
      if (known === undefined && byKey.size >= limits.maxSeries) return;
      const series = known ?? { labels, points: [], staleSince: undefined };
      series.points.push(point);
      series.staleSince = undefined;
      byKey.set(key, series);
    },
    markStale(target, time) {
      for (const series of byKey.values()) {
        const isOld = (series.points.at(-1)?.time ?? 0) < time;
        if (series.labels['instance'] === target && isOld) series.staleSince ??= time;
      }
    },
    select: (matches) => [...byKey.values()].filter((series) => matches(series.labels)),
    prune(now) {
      for (const [key, series] of byKey) {
        const first = series.points.findIndex((point) => point.time > now - limits.retentionMs);
        if (first === -1) byKey.delete(key);
        else if (first > 0) series.points.splice(0, first);
      }
    },
  };
}
