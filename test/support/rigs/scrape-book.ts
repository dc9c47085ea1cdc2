import type { Labels } from '@sluice/local/query/labels.ts';
import { parseExposition } from '@sluice/local/query/parse-exposition.ts';
import { evaluate } from '@sluice/local/query/promql/evaluate.ts';
import type { Expression } from '@sluice/local/query/promql/expression.ts';
import { parseQuery } from '@sluice/local/query/promql/parse-query.ts';
import { createSampleStore } from '@sluice/local/query/sample-store.ts';
import type { Series } from '@sluice/local/query/sample-store.ts';

const target: Labels = {
  job: 'sluice-system/sluice',
  instance: '10.0.0.1:8080',
  pod: 'sluice-0',
  namespace: 'sluice-system',
};

export interface ScrapeBook {
  /** `time` in milliseconds; without text the target is down. */
  add(time: number, text: string | undefined): void;
  series(): readonly Series[];
  /** The labels of the answer of `query`; a scalar is one answer without labels. */
  ask(query: string, time: number): readonly Labels[];
  /** What in `query` no scrape has shown: names of series, labels, values. */
  unknownIn(query: string): readonly string[];
}

/** What a Prometheus keeps of the scrapes of one controller. `honors`: labels of ours stay, and are not renamed to `exported_…`. */
export function createScrapeBook(honors = true): ScrapeBook {
  const samples = createSampleStore({ retentionMs: Infinity, maxSeries: 10_000 });
  const renamed = (labels: Labels): Labels => {
    const clash = honors ? [] : Object.keys(labels).filter((name) => name in target);
    const ours = Object.entries(labels).map(([name, value]) => [
      clash.includes(name) ? `exported_${name}` : name,
      value,
    ]);
    return { ...target, ...Object.fromEntries(ours) } as Labels;
  };
  const find = (matches: (labels: Labels) => boolean): readonly Labels[] =>
    samples.select(matches).map(({ labels }) => labels);
  return {
    add(time, text = '') {
      for (const { labels, value } of parseExposition(text)) samples.append(renamed(labels), { time, value });
      samples.markStale(String(target['instance']), time);
    },
    series: () => samples.select(() => true),
    ask(query, time) {
      const value = evaluate(parseQuery(query), samples, time);
      if (value.type === 'scalar') return [{}];
      return (value.type === 'vector' ? value.samples : value.series).map(({ labels }) => labels);
    },
    unknownIn: (query) => unknownIn(parseQuery(query), find).unknown,
  };
}

interface Found {
  readonly unknown: readonly string[];
  /** Labels that some series of the expression has. */
  readonly labels: ReadonlySet<string>;
}

function unknownIn(
  expression: Expression,
  find: (matches: (labels: Labels) => boolean) => readonly Labels[],
): Found {
  switch (expression.type) {
    case 'number':
      return { unknown: [], labels: new Set() };
    case 'selector': {
      const { matchers } = expression;
      const name = matchers.find((matcher) => matcher.name === '__name__');
      const named = find((labels) => name?.test(labels['__name__'] ?? '') ?? false);
      const labels = new Set(named.flatMap((one) => Object.keys(one)));
      const isShown = named.some((one) => matchers.every((matcher) => matcher.test(one[matcher.name] ?? '')));
      return {
        labels,
        unknown: [
          ...matchers
            .filter((matcher) => !labels.has(matcher.name))
            .map((matcher) => `label ${matcher.name}`),
          ...(isShown ? [] : ['a series that all matchers match']),
        ],
      };
    }
    case 'call':
      return merged(expression.args.map((argument) => unknownIn(argument, find)));
    case 'aggregate': {
      const of = unknownIn(expression.of, find);
      const { labels } = expression.grouping;
      const missing = labels
        .filter((label) => !of.labels.has(label))
        .map((label) => `label ${label} to group by`);
      return { unknown: [...of.unknown, ...missing], labels: new Set(labels) };
    }
    case 'binary': {
      const sides = [expression.left, expression.right].map((side) => unknownIn(side, find));
      const on = expression.matching.kind === 'on' ? expression.matching.labels : [];
      const missing = on.filter((label) => !sides.every((side) => side.labels.has(label)));
      const both = merged(sides);
      return { ...both, unknown: [...both.unknown, ...missing.map((label) => `label ${label} to match on`)] };
    }
  }
}

const merged = (parts: readonly Found[]): Found => ({
  unknown: parts.flatMap(({ unknown }) => unknown),
  labels: new Set(parts.flatMap(({ labels }) => [...labels])),
});
