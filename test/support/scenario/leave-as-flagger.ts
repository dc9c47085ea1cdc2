import { hash } from 'node:crypto';
import type { CanaryStatus } from '@sluice/sluice/api/canary-status.ts';
import type { AnyKubeObject, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import {
  configMaps,
  controllerRevisions,
  deployments,
  horizontalPodAutoscalers,
  httpRoutes,
  secrets,
  services,
} from '@sluice/kube/objects/resources.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import { asRecord } from '@sluice/lib/json/json-read.ts';
import { withoutOurs } from '@sluice/sluice/rules/run/finalizer.ts';
import { flaggerIdAnnotation } from '@sluice/sluice/rules/objects/object-keys.ts';
import { namespace } from './objects.ts';
import type { Scenario } from './scenario.ts';

/**
 * Turns what Sluice keeps for a canary into what Flagger would have left in its place: hashes, weights and iterations as
 * Flagger writes them, a random id in the primary's pods, and nothing of ours anywhere. No controller may be alive.
 */
export function leaveAsFlagger(scenario: Scenario): void {
  const { store } = scenario;
  for (const object of store.list(controllerRevisions, { namespace }))
    store.delete(controllerRevisions, { namespace, name: object.metadata.name });
  for (const resource of [configMaps, secrets, services, httpRoutes, horizontalPodAutoscalers])
    for (const object of store.list(resource, { namespace })) leaveObject(scenario, resource, object);
  const primary = scenario.deployment('podinfo-primary');
  if (primary !== undefined) store.update(deployments, asPrimary(primary));
  const canary = store.get(canaries, { namespace, name: 'podinfo' });
  if (canary === undefined) return;
  const status = asStatus(scenario.status(), scenario.canary().spec.analysis.iterations ?? 0);
  const { finalizers: _, ...metadata } = withoutMarks(canary).metadata;
  const left = store.update(canaries, {
    ...canary,
    metadata: { ...metadata, finalizers: [...withoutOurs(canary)] },
  });
  store.update(canaries, { ...left, status }, { subresource: 'status' });
}

/** A copy of the configuration before a promotion is ours alone. */
function leaveObject({ store }: Scenario, resource: ResourceType, object: AnyKubeObject): void {
  const { name } = object.metadata;
  if (name.endsWith('-previous')) store.delete(resource, { namespace, name });
  else store.update(resource, withoutMarks(object));
}

const isOurs = (key: string): boolean => key.startsWith('sluice.dev/');

function withoutMarks<Made extends AnyKubeObject>(object: Made): Made {
  const { annotations, ...metadata } = object.metadata;
  return annotations === undefined
    ? object
    : { ...object, metadata: { ...metadata, annotations: withoutOurKeys(annotations) } };
}

const withoutOurKeys = <Value>(map: Readonly<Record<string, Value>>): Record<string, Value> =>
  Object.fromEntries(Object.entries(map).filter(([key]) => !isOurs(key)));

function asPrimary(primary: AnyKubeObject): AnyKubeObject {
  const spec = asRecord(primary['spec']);
  const template = asRecord(spec['template']);
  const metadata = asRecord(template['metadata']);
  const annotations = {
    ...withoutOurKeys(asRecord(metadata['annotations'])),
    [flaggerIdAnnotation]: '5d1f0a4c-8c1e-4f0e-9a55-2b7f6f0c9d11',
  };
  return {
    ...withoutMarks(primary),
    spec: { ...spec, template: { ...template, metadata: { ...metadata, annotations } } },
  };
}

/** As `ComputeHash` of Flagger: ten characters, of which nobody else can tell what they stand for. */
const asHash = (revision: string): string => hash('sha256', revision).slice(0, 10);

function asStatus(status: CanaryStatus, iterations: number): Readonly<Record<string, unknown>> {
  const { phase, failedChecks, lastAppliedSpec, lastPromotedSpec, lastTransitionTime } = status;
  return {
    phase,
    failedChecks,
    ...asPosition(status, iterations),
    lastTransitionTime,
    ...(lastAppliedSpec === undefined ? {} : { lastAppliedSpec: asHash(lastAppliedSpec) }),
    ...(lastPromotedSpec === undefined ? {} : { lastPromotedSpec: asHash(lastPromotedSpec) }),
    trackedConfigs: status.trackedConfigs ?? null,
    ...cookiesOf(status),
    conditions: (status.conditions ?? []).filter(({ type }) => type === 'Promoted'),
  };
}

const cookiesOf = (status: CanaryStatus): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(status).filter(([name]) => /sessionAffinityCookie$/i.test(name)));

/** In most phases Flagger puts both to 0, while it waits for a promotion the iterations to one less than there are. */
function asPosition({ phase, run, ...at }: CanaryStatus, iterations: number): object {
  if (phase === 'WaitingPromotion') return { canaryWeight: 0, iterations: iterations - 1 };
  const isConfirmed = phase === 'Progressing' && run?.confirmPromotion === 'passed';
  if (isConfirmed) return { canaryWeight: at.canaryWeight, iterations: iterations + 1 };
  const isKept = phase === 'Progressing' || phase === 'Promoting';
  return isKept
    ? { canaryWeight: at.canaryWeight, iterations: at.iterations }
    : { canaryWeight: 0, iterations: 0 };
}
