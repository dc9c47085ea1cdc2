import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { asRecord } from '@sluice/lib/json/json-read.ts';
import { phases } from '../../api/canary-status.ts';
import type { RolloutView } from '../../view/rollout-view.ts';

/** How a Canary is described at a moment, in milliseconds. */
export type Describe = (canary: AnyKubeObject, now: number) => RolloutView | { readonly unreadable: string };

/** A Canary of which nothing but its name can be read: shown, so that somebody repairs it. */
export function unreadableView({ metadata, ...rest }: AnyKubeObject, why: string): RolloutView {
  const { namespace = '', name, uid = '', resourceVersion = '' } = metadata;
  const phase = phases.find((one) => one === asRecord(rest['status'])['phase']) ?? '';
  return {
    apiVersion: 'cli.sluice.dev/v1',
    kind: 'RolloutView',
    metadata: { namespace, name, uid, resourceVersion },
    phase,
    state: 'person',
    target: '',
    strategy: 'canary',
    provider: '',
    revision: '',
    images: { before: [], after: [], text: '' },
    traffic: { written: 0, most: 100 },
    steps: [],
    checks: { failed: 0, threshold: 0, metrics: [] },
    hooks: [],
    waitsFor: {
      kind: 'person',
      what: 'you: it cannot be read',
      message: why,
      reason: 'Invalid',
      step: '',
      since: null,
      until: null,
      onDeadline: null,
      approval: null,
    },
    run: null,
    approvals: [],
    paused: null,
    decisions: [],
    history: [],
    deliveries: { outbox: [], dropped: 0, deadLetters: [] },
    conditions: [],
    actions: [],
    since: null,
  };
}
