import type { Canary } from '../../api/canary.ts';
import type { ServedBy, Serving } from '../../api/canary-status.ts';
import type { AnyKubeObject, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { parseCanary, salvageCanary } from '../../api/parse-canary.ts';
import { scalerKinds } from '../../api/references.ts';
import { configMaps, endpointSlices, secrets, services } from '@sluice/kube/objects/resources.ts';
import { metricTemplates } from '../../api/resources.ts';
import { asList, asRecord, asText } from '@sluice/lib/json/json-read.ts';
import type { ConfigReference } from '../../ports/workload.ts';
import { primaryConfigName } from '../../rules/configs/config-copy.ts';
import { namesOf } from '../../rules/objects/names.ts';
import { askedServing, nameBy } from '../../rules/objects/serving.ts';
import type { Providers } from '../deps.ts';

/**
 * One kind that one canary reads. Watches, wake-ups and the roles of the controller all follow from this list.
 */
export interface Read {
  readonly resource: ResourceType;
  /** Empty: of the whole cluster. */
  readonly namespace: string;
  /** Which changes are news for the canary, in the words of `topicsOf`. */
  readonly topics: readonly string[];
  /** Field of the Canary that makes it needed, and its value. */
  readonly field: string;
  readonly value: string;
  /**
   * `must`: no pass runs before it is listed. `helps`: the canary works without it, if less well. `if-installed`: the
   * same, and where its kind is not installed it is not asked for again and again.
   */
  readonly need: 'must' | 'helps' | 'if-installed';
  readonly metadataOnly?: true;
}

export interface ReadsOptions {
  readonly providers: Providers;
  /** Provider of canaries that name none. */
  readonly meshProvider: string;
}

/** What `canary` reads by its spec and by what it serves; `references` is what the pods of its target read. */
export function readsOf(
  object: AnyKubeObject,
  references: readonly ConfigReference[],
  { providers, meshProvider }: ReadsOptions,
): readonly Read[] {
  const { namespace = '' } = object.metadata;
  const spec = asRecord(object['spec']);
  const shared = [
    ...templateReads(spec, namespace),
    ...scalerReads(object, spec, namespace, providers),
    ...configReads(references, namespace),
  ];
  const parsed = parseCanary(object);
  const canary = 'canary' in parsed ? parsed.canary : salvageCanary(object);
  const asked = canary && askedServing(canary, meshProvider);
  const serving = canary?.status?.serving ?? asked;
  if (canary === undefined || asked === undefined || serving === undefined)
    return [...sideReads(namespace, []), ...shared];
  return [
    ...servedReads(canary, serving, 'must', providers, meshProvider),
    ...othersOf(serving, asked).flatMap((names) =>
      servedReads(canary, names, 'helps', providers, meshProvider),
    ),
    ...shared,
  ];
}

const othersOf = (serving: Serving, asked: ServedBy): readonly ServedBy[] => [
  asked,
  ...(serving.former ?? []),
];

/** What is read under the names that `served` stands for. */
function servedReads(
  canary: Canary,
  served: ServedBy,
  need: Read['need'],
  providers: Providers,
  meshProvider: string,
): readonly Read[] {
  const { namespace = '' } = canary.metadata;
  const named = nameBy(canary, served, meshProvider);
  const { target, primary, apex, primaryService, canaryService } = namesOf(named);
  const workload = providers.findWorkload(served.kind);
  const router = providers.findRouter(served.provider);
  return [
    ...sideReads(namespace, [apex, primaryService, canaryService]),
    ...(workload === undefined
      ? []
      : [
          {
            resource: workload.resource,
            namespace,
            topics: [target, primary].map((name) => topicOf(workload.resource, namespace, name)),
            field: 'spec.targetRef.kind',
            value: served.kind,
            need,
          },
        ]),
    ...(router?.objects(named) ?? []).map(({ resource, ref, access }): Read => {
      const at = ref.namespace ?? '';
      return {
        resource,
        namespace: at,
        topics: [topicOf(resource, at, ref.name)],
        field: 'spec.provider',
        value: served.provider,
        need: access === 'read' ? 'if-installed' : need,
      };
    }),
  ];
}

function sideReads(namespace: string, names: readonly string[]): readonly Read[] {
  return [services, endpointSlices].map((resource) => ({
    resource,
    namespace,
    topics: names.map((name) => topicOf(resource, namespace, name)),
    field: 'metadata.namespace',
    value: namespace,
    need: 'must',
  }));
}

function templateReads(spec: Readonly<Record<string, unknown>>, namespace: string): readonly Read[] {
  return asList(asRecord(spec['analysis'])['metrics']).flatMap((metric): readonly Read[] => {
    const ref = asRecord(metric)['templateRef'];
    if (ref === undefined) return [];
    const at = asText(asRecord(ref)['namespace']) ?? namespace;
    const name = asText(asRecord(ref)['name']) ?? '';
    const topics = [topicOf(metricTemplates, at, name)];
    return [
      {
        resource: metricTemplates,
        namespace: at,
        topics,
        field: 'spec.analysis.metrics',
        value: name,
        need: 'must',
      },
    ];
  });
}

/** Also of a kind that is not named any more: what was made of it for the primary has to go. */
function scalerReads(
  { metadata: { uid = '' } }: AnyKubeObject,
  spec: Readonly<Record<string, unknown>>,
  namespace: string,
  { scalers }: Providers,
): readonly Read[] {
  const ref = asRecord(spec['autoscalerRef']);
  const [kind = '', name = ''] = [asText(ref['kind']), asText(ref['name'])];
  return scalers.map((scaler) => {
    const isNamed = scaler.kind === kind;
    const named = [name, scaler.primaryName(name)].map((one) => topicOf(scaler.resource, namespace, one));
    return {
      resource: scaler.resource,
      namespace,
      topics: [`owner ${uid}`, ...(isNamed ? named : [])],
      field: 'spec.autoscalerRef.kind',
      value: kind,
      // guard: a-kind-that-is-not-installed-is-asked-for-once
      need: isNamed ? 'must' : 'if-installed',
    };
  });
}

/**
 * Metadata only: other people's secrets have no business in this process. A canary is guarded and rolled back without them;
 * it only starts and promotes nothing.
 */
function configReads(references: readonly ConfigReference[], namespace: string): readonly Read[] {
  return [configMaps, secrets].flatMap((resource): readonly Read[] => {
    const named = references.filter(({ kind }) => kind === resource.kind);
    const [first] = named;
    if (first === undefined) return [];
    const topics = named.flatMap(({ name }) =>
      [name, primaryConfigName(name)].map((one) => topicOf(resource, namespace, one)),
    );
    return [
      {
        resource,
        namespace,
        topics,
        field: 'spec.targetRef',
        value: first.name,
        need: 'helps',
        metadataOnly: true,
      },
    ];
  });
}

const topicOf = ({ plural, group }: ResourceType, namespace: string, name: string): string =>
  `${plural}.${group} ${namespace}/${name}`;

/** What a changed object is called: a slice by its Service, a scaler by its owner as well, anything else by its name. */
export function topicsOf(resource: ResourceType, { metadata }: AnyKubeObject): readonly string[] {
  const { name, namespace = '', labels, ownerReferences = [] } = metadata;
  if (resource.plural === endpointSlices.plural)
    return [topicOf(resource, namespace, labels?.['kubernetes.io/service-name'] ?? '')];
  const owners = isScaler(resource) ? ownerReferences.map(({ uid }) => `owner ${uid}`) : [];
  return [topicOf(resource, namespace, name), ...owners];
}

/** Of an autoscaler only the spec is read: what it writes of its metrics, each few seconds, is no news. */
export const isScaler = (resource: ResourceType): boolean =>
  scalerKinds.some((kind) => kind === resource.kind);

/** Of a ConfigMap or Secret only metadata are watched, so a moved version may be other content: always news. */
export const isConfig = (resource: ResourceType): boolean =>
  resource.group === '' && (resource.plural === configMaps.plural || resource.plural === secrets.plural);

const noReferences: readonly ConfigReference[] = [];

/** The ConfigMaps and Secrets that the pods of the canary's target read, as far as its target is known. */
export function referencesOf(
  canary: AnyKubeObject,
  find: (resource: ResourceType, ref: { namespace: string; name: string }) => AnyKubeObject | undefined,
  providers: Pick<Providers, 'findWorkload'>,
): readonly ConfigReference[] {
  const serving = asRecord(asRecord(canary['status'])['serving']);
  const ref = asRecord(asRecord(canary['spec'])['targetRef']);
  const kind = asText(serving['kind']) ?? asText(ref['kind']) ?? '';
  const name = asText(serving['target']) ?? asText(ref['name']) ?? '';
  const workload = providers.findWorkload(kind);
  const target = workload && find(workload.resource, { namespace: canary.metadata.namespace ?? '', name });
  return target === undefined || workload === undefined ? noReferences : workload.configReferences(target);
}
