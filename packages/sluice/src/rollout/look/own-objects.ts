import type { Canary } from '../../api/canary.ts';
import type { FieldProblem } from '../../api/field-problem.ts';
import { showValue } from '../../api/field-problem.ts';
import type { AnyKubeObject, ObjectRef, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { placeOf } from '@sluice/kube/objects/object-ref.ts';
import { services } from '@sluice/kube/objects/resources.ts';
import { asRecord, asText, asTextMap } from '@sluice/lib/json/json-read.ts';
import type { ReadObject, Router, RouterObject, RouterOptions } from '../../ports/router.ts';
import { isCopy, primaryConfigName } from '../../rules/configs/config-copy.ts';
import { includes } from '../../rules/objects/release-objects.ts';
import { isBeyond } from '../../rules/objects/ownership.ts';
import { describeForeign, whoseIs } from '../../rules/objects/whose.ts';
import { configResource } from './configs.ts';
import type { ClaimableObject, ForeignObject, Ownership } from '../ownership.ts';
import type { Seen } from '../seen.ts';

/** An object that a canary wants for itself. */
interface OwnObject {
  readonly resource: ResourceType;
  readonly ref: ObjectRef;
  /** What is changed of one that stands there already, for people. */
  readonly changes: string;
  /** Field of the Canary that gives it its name, and how to have another one. */
  readonly field: string;
  readonly rename: string;
  /** Whether one that was not made for this Canary shows by itself that it is its. */
  readonly belongs: (object: AnyKubeObject) => boolean;
}

export type Owning = Pick<
  Seen,
  'canary' | 'names' | 'namespace' | 'workload' | 'router' | 'target' | 'primary' | 'scaling' | 'configs'
>;

export const objectKey = ({ plural, group }: ResourceType, { namespace = '', name }: ObjectRef): string =>
  `${plural}.${group}/${namespace}/${name}`;

/** Looks at each object that the canary wants for itself. A few reads of the cache. */
export function readOwnership(owning: Owning, read: ReadObject, taken: readonly string[]): Ownership {
  const foreign = new Map<string, ForeignObject>();
  const claimable: ClaimableObject[] = [];
  const ours = new Set(taken);
  for (const own of ownObjects(owning, read)) {
    const object = read(own.resource, own.ref);
    if (object === undefined) continue;
    const whose = whoseIs(owning.canary, object, own.belongs);
    const id = `${own.resource.kind}/${own.ref.name}`;
    if (ours.has(id)) continue;
    if (whose === 'foreign') foreign.set(objectKey(own.resource, own.ref), foreignObject(id, own, object));
    if (whose === 'claimable') claimable.push({ id, message: describeTakeOver(own) });
  }
  return { foreign, claimable };
}

function foreignObject(
  id: string,
  { resource, field, rename, ref }: OwnObject,
  object: AnyKubeObject,
): ForeignObject {
  const message = describeForeign({ ...object, kind: resource.kind }, rename);
  return { id, problem: { field, value: showValue(ref.name), message }, message };
}

const describeTakeOver = ({ resource, ref, changes }: OwnObject): string =>
  `${resource.kind} ${placeOf(ref)} was there before this Canary and is taken over: ${changes}`;

function ownObjects(owning: Owning, read: ReadObject): readonly OwnObject[] {
  return [
    ...ownServices(owning),
    ...ownPrimary(owning),
    ...ownRoutes(owning),
    ...ownScaler(owning),
    ...ownCopies(owning, read),
  ];
}

/** "Service first, Canary later": a Service whose selector picks the pods of the target, or those of its primary. */
function ownServices({ names, namespace, workload, target, primary }: Owning): readonly OwnObject[] {
  // Of a target that is a Service the apex is the target itself, and its sides are made by the workload.
  const all = workload.resource === services ? [] : [names.apex, names.primaryService];
  const picks = (object: AnyKubeObject): boolean => {
    const selector = asTextMap(asRecord(object['spec'])['selector']);
    const pods = [target, primary].flatMap((side) => (side === undefined ? [] : [workload.podLabels(side)]));
    return Object.keys(selector).length > 0 && pods.some((labels) => includes(labels, selector));
  };
  // Without a target nobody can tell, and nothing is written.
  if (target === undefined) return [];
  return [...all, names.canaryService].map((name) => ({
    resource: services,
    ref: { namespace, name },
    changes:
      name === names.canaryService
        ? 'its ports follow the Canary'
        : `its selector leads to ${names.primary}, its ports follow the Canary; the rest stays as it is`,
    field: 'spec.service.name',
    rename: 'choose another spec.service.name',
    belongs: picks,
  }));
}

function ownPrimary({ names, namespace, workload }: Owning): readonly OwnObject[] {
  return [
    {
      resource: workload.resource,
      ref: { namespace, name: names.primary },
      changes: `from now on it runs what is promoted of ${names.target}`,
      field: 'spec.targetRef.name',
      rename: 'give it another name',
      belongs: (object) => workload.isPrimary(object),
    },
  ];
}

/**
 * Objects of its router that Kubernetes does not put right when the Canary is deleted: made ones that are cluster-scoped, in
 * another namespace or in another cluster, and patched ones of others.
 */
export const objectsToRelease = (
  canary: Canary,
  router: Router,
  { meshCluster }: Pick<RouterOptions, 'meshCluster'>,
): readonly RouterObject[] =>
  router.objects(canary).filter(({ access, ref, resource }) => {
    const isElsewhere = isBeyond(canary, ref) || (meshCluster && router.meshKinds.includes(resource));
    return access === 'patch' || (access === 'own' && isElsewhere);
  });

function ownRoutes({ canary, router, namespace }: Owning): readonly OwnObject[] {
  return router
    .objects(canary)
    .filter(({ access }) => access === 'own')
    .map(({ resource, ref, belongs, changes }) => ({
      resource,
      ref,
      changes: changes ?? 'it follows the Canary',
      field: 'spec.service.name',
      rename: 'choose another spec.service.name',
      belongs: (object) => belongs?.(object) ?? false,
      namespace,
    }));
}

function ownScaler({ canary, scaling, names, namespace, workload }: Owning): readonly OwnObject[] {
  const ref = canary.spec.autoscalerRef;
  if (scaling === undefined || ref === undefined) return [];
  return [
    {
      resource: scaling.scaler.resource,
      ref: { namespace, name: scaling.scaler.primaryName(ref.name) },
      changes: `it follows ${ref.name}, and scales ${names.primary}`,
      field: 'spec.autoscalerRef.name',
      rename: 'give it another name',
      belongs: (object) => scales(object, workload.kind, names.primary),
    },
  ];
}

function scales(object: AnyKubeObject, kind: string, name: string): boolean {
  const ref = asRecord(asRecord(object['spec'])['scaleTargetRef']);
  return (asText(ref['kind']) ?? kind) === kind && ref['name'] === name;
}

function ownCopies({ canary, configs, namespace }: Owning, read: ReadObject): readonly OwnObject[] {
  if (configs.state !== 'known') return [];
  return configs.tracked.flatMap(({ kind, name }): readonly OwnObject[] => {
    const resource = configResource(kind);
    const ref = { namespace, name: primaryConfigName(name) };
    const standing = read(resource, ref);
    if (standing === undefined || isCopy(canary, standing)) return [];
    return [
      {
        resource,
        ref,
        changes: `it gets the content of ${name}`,
        field: 'spec.targetRef',
        rename: `annotate ${name} with flagger.app/config-tracking=disabled`,
        belongs: () => false,
      },
    ];
  });
}

/** Why a canary that owns nothing yet cannot begin. */
export const foreignProblems = ({ foreign }: Ownership): readonly FieldProblem[] =>
  [...foreign.values()].map(({ problem }) => problem);
