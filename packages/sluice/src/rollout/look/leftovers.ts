import type { Canary } from '../../api/canary.ts';
import type { ServedBy, Serving } from '../../api/canary-status.ts';
import type { AnyKubeObject, ObjectRef, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { services } from '@sluice/kube/objects/resources.ts';
import type { ReadObject } from '../../ports/router.ts';
import { namesOf } from '../../rules/objects/names.ts';
import { originalAnnotation } from '../../rules/objects/object-keys.ts';
import { releasedService } from '../../rules/objects/release-objects.ts';
import { nameBy } from '../../rules/objects/serving.ts';
import { isMadeFor } from '../../rules/objects/ownership.ts';
import type { RolloutDeps } from '../deps.ts';
import type { Leftover } from '../ownership.ts';
import { objectKey } from './own-objects.ts';

/**
 * Own objects under former names: routes first, then services, then a former primary. Undefined while a kind is not
 * listed.
 */
export function readLeftovers(
  canary: Canary,
  serving: Serving,
  deps: Pick<RolloutDeps, 'providers' | 'options'>,
  read: ReadObject,
): readonly Leftover[] | undefined {
  const former = serving.former ?? [];
  if (former.length === 0) return [];
  const all = former.map((names) => ({ names, named: nameBy(canary, names, deps.options.meshProvider) }));
  const isListed = all.every(({ names, named }) =>
    objectsOf(named, names, deps).every(
      ({ resource, ref }) => read.isListed?.(resource, ref.namespace) !== false,
    ),
  );
  if (!isListed) return undefined;
  const inUse = new Set(
    objectsOf(canary, serving, deps).map(({ resource, ref }) => objectKey(resource, ref)),
  );
  return all.flatMap(({ names, named }) => {
    return objectsOf(named, names, deps).flatMap(({ resource, ref, kind }): readonly Leftover[] => {
      const object = inUse.has(objectKey(resource, ref)) ? undefined : read(resource, ref);
      if (object === undefined) return [];
      if (isMadeFor(canary, object)) return [{ resource, object, released: undefined }];
      const released = releaseOf(kind, named, names, object, deps, read);
      return released === undefined ? [] : [{ resource, object, released }];
    });
  });
}

interface NamedObject {
  readonly resource: ResourceType;
  readonly ref: ObjectRef;
  readonly kind: 'route' | 'service' | 'primary';
}

function objectsOf(
  named: Canary,
  { provider, kind }: ServedBy,
  { providers }: Pick<RolloutDeps, 'providers'>,
): readonly NamedObject[] {
  const { namespace = '' } = named.metadata;
  const names = namesOf(named);
  const workload = providers.findWorkload(kind);
  const routes = (providers.findRouter(provider)?.objects(named) ?? []).filter(
    ({ access }) => access === 'own',
  );
  return [
    ...routes.map(({ resource, ref }) => ({ resource, ref, kind: 'route' as const })),
    ...[names.apex, names.primaryService, names.canaryService].map((name) => ({
      resource: services,
      ref: { namespace, name },
      kind: 'service' as const,
    })),
    ...(workload === undefined
      ? []
      : [
          {
            resource: workload.resource,
            ref: { namespace, name: names.primary },
            kind: 'primary' as const,
          },
        ]),
  ];
}

/** The original of an object that was taken over; undefined for an object of somebody else. */
function releaseOf(
  kind: NamedObject['kind'],
  named: Canary,
  served: ServedBy,
  object: AnyKubeObject,
  { providers, options }: Pick<RolloutDeps, 'providers' | 'options'>,
  read: ReadObject,
): Readonly<Record<string, unknown>> | undefined {
  if (!Object.hasOwn(object.metadata.annotations ?? {}, originalAnnotation)) return undefined;
  if (kind === 'route') {
    const patches = providers.findRouter(served.provider)?.release(named, read) ?? [];
    return patches.find((patch) => patch.object === object)?.wanted;
  }
  const workload = providers.findWorkload(served.kind);
  const { namespace = '' } = named.metadata;
  const target = workload && read(workload.resource, { namespace, name: served.target });
  const primary = workload && read(workload.resource, { namespace, name: `${served.target}-primary` });
  const sides = target && workload?.selectors(target, primary, options.selectorLabels);
  return kind === 'service' && sides !== undefined ? releasedService(named, object, sides) : undefined;
}
