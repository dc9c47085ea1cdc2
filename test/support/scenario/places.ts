import { canaries } from '@sluice/sluice/api/resources.ts';
import type { PlaceId } from '@sluice/sluice/rules/run/phase-table/places.ts';
import { initialized } from './scenario.ts';
import type { Scenario, ScenarioOptions } from './scenario.ts';
import type { WebhookShorthand } from './objects.ts';

/** A place in which a run is on, and how a scenario gets there and stays there. */
export interface RunPlace {
  readonly id: PlaceId;
  readonly options?: ScenarioOptions;
  /** Before the new revision is shipped. */
  readonly prepare?: (scenario: Scenario) => void;
  readonly isThere: (scenario: Scenario) => boolean;
  /** What kept it there is gone. */
  readonly release?: (scenario: Scenario) => void;
}

const hooks: readonly WebhookShorthand[] = [
  ['confirm-rollout', '/confirm-rollout'],
  ['rollout', '/load'],
  ['confirm-promotion', '/promotion'],
  ['rollback', '/switch', { pollInterval: '1s' }],
];
const open = { '/switch': 403 } as const;

const refusePrimary = (scenario: Scenario): void =>
  scenario.api.break(/^PATCH .*deployments\/podinfo-primary$/, 500, Number.POSITIVE_INFINITY);

export const runPlaces: readonly RunPlace[] = [
  {
    id: 'waiting',
    options: { replies: { ...open, '/confirm-rollout': 403 } },
    isThere: (scenario) => scenario.status().phase === 'Waiting' && scenario.replicas('podinfo') === 0,
  },
  { id: 'analysing', isThere: (scenario) => scenario.weight() === 25 },
  {
    id: 'waiting-promotion',
    options: { replies: { ...open, '/promotion': 403 } },
    isThere: (scenario) => scenario.status().phase === 'WaitingPromotion',
  },
  {
    id: 'confirmed',
    options: { analysis: { iterations: 1 } },
    isThere: (scenario) => scenario.weight() === 100,
  },
  {
    id: 'copying',
    prepare: refusePrimary,
    isThere: (scenario) => scenario.status().phase === 'Promoting' && scenario.weight() === 50,
    release: (scenario) => scenario.api.heal(),
  },
  {
    id: 'returning',
    prepare: (scenario) => scenario.kubelet.setHealthy('podinfo:2', false, 'podinfo-primary'),
    isThere: (scenario) => scenario.image('podinfo-primary') === 'podinfo:2',
  },
  {
    id: 'finalising',
    prepare: (scenario) =>
      void scenario.store.subscribe(canaries, () => {
        const { phase, run } = scenario.status();
        if (phase === 'Promoting' && run?.undo === undefined) scenario.dataPlane.refuse('Pending');
      }),
    isThere: (scenario) => scenario.status().phase === 'Finalising',
    release: (scenario) => scenario.dataPlane.refuse(undefined),
  },
];

export const placeNamed = (id: PlaceId): RunPlace => {
  const found = runPlaces.find((place) => place.id === id);
  if (found === undefined) throw new Error(`no scenario stands at ${id}`);
  return found;
};

/** A scenario whose run stands at `place`. Its rollback hook is `/switch`, its rollout hook `/load`. */
export async function standingAt(place: RunPlace, options: ScenarioOptions = {}): Promise<Scenario> {
  const own = place.options ?? {};
  const scenario = await initialized({
    ...own,
    ...options,
    hooks,
    replies: { ...open, ...own.replies, ...options.replies },
    analysis: { ...own.analysis, ...options.analysis },
    spec: { progressDeadlineSeconds: 60, ...options.spec },
  });
  await scenario.clock.advance('2s');
  place.prepare?.(scenario);
  scenario.ship('podinfo:2');
  await scenario.until(() => place.isThere(scenario));
  return scenario;
}

/** What `kubectl annotate canary/podinfo sluice.dev/abort=REASON` does. */
export function annotateAbort({ store }: Scenario, reason: string): void {
  const canary = store.get(canaries, { namespace: 'test', name: 'podinfo' });
  if (canary === undefined) throw new Error('no canary');
  const annotations = { ...canary.metadata.annotations, 'sluice.dev/abort': reason };
  store.update(canaries, { ...canary, metadata: { ...canary.metadata, annotations } });
}
