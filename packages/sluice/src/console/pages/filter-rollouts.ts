import type { RolloutState } from '../../view/rollout-view.ts';
import type { Rollout } from '../live/rollout-book.ts';

/** What the URL of the list asks for. */
export interface RolloutFilter {
  readonly namespace: string;
  readonly state: string;
  readonly text: string;
  readonly sort: 'attention' | 'name';
  readonly page: number;
}

export const pageSize = 50;

/** The order of attention: what needs somebody comes first. */
const ranks: Readonly<Record<RolloutState, number>> = {
  person: 0,
  failed: 1,
  back: 2,
  machine: 3,
  done: 4,
  idle: 5,
};

export const states = Object.keys(ranks) as readonly RolloutState[];

export function readFilter(query: Readonly<Record<string, string>>): RolloutFilter {
  const page = Number(query['page'] ?? 1);
  return {
    namespace: query['ns'] ?? '',
    state: query['waiting'] === '1' ? 'person' : (query['state'] ?? ''),
    text: (query['q'] ?? '').slice(0, 100),
    sort: query['sort'] === 'name' ? 'name' : 'attention',
    page: Number.isSafeInteger(page) && page > 0 ? page : 1,
  };
}

/** The rollouts that a filter lets through, in its order. */
export function filterRollouts(rollouts: readonly Rollout[], filter: RolloutFilter): readonly Rollout[] {
  const text = filter.text.toLowerCase();
  const found = rollouts.filter(
    ({ key, view }) =>
      (filter.namespace === '' || view.metadata.namespace === filter.namespace) &&
      (filter.state === '' || view.state === filter.state) &&
      (text === '' || key.toLowerCase().includes(text)),
  );
  // They come by name, and sorting keeps that order among equals.
  return filter.sort === 'name' ? found : found.toSorted((a, b) => ranks[a.view.state] - ranks[b.view.state]);
}

export const queryOf = (filter: RolloutFilter): Readonly<Record<string, string | number | undefined>> => ({
  ns: filter.namespace,
  state: filter.state,
  q: filter.text,
  sort: filter.sort === 'name' ? 'name' : undefined,
  page: filter.page > 1 ? filter.page : undefined,
});
