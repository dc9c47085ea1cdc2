import type { AnyKubeObject, ObjectMeta } from '@sluice/kube/objects/kube-object.ts';
import { apiVersionOf } from '@sluice/kube/objects/resources.ts';
import { defaultsOf } from './defaults/object-defaults.ts';
import { builtInCauses } from './rules/built-in-rules.ts';
import { mutableCopy, type JsonObject } from './json.ts';
import { gatewayCauses } from './rules/gateway-rules.ts';
import { withDefaults } from './schema/fill-defaults.ts';
import { gatewaySchemas } from './schema/gateway-schemas.ts';
import { prune } from './schema/prune.ts';
import { validate } from './schema/validate.ts';
import type { ServedKind } from './served-kind.ts';
import type { ServiceNumbers } from './service-numbers.ts';
import { invalid, type StatusCause } from './status-error.ts';

/**
 * Turns a written object into its stored form: at the stored version, pruned, with defaults, validated. Throws 422.
 * Built-in kinds are not pruned here: the API server prunes request bodies.
 */
export type Admission = (kind: ServedKind, object: AnyKubeObject, previous?: Admitted) => AnyKubeObject;

/** A stored object, and its kind as served when it was admitted. */
export interface Admitted {
  readonly kind: ServedKind;
  readonly object: AnyKubeObject;
}

export interface AdmissionOptions {
  readonly numbers: ServiceNumbers;
}

export function createAdmission({ numbers }: AdmissionOptions): Admission {
  return (kind, object, previous) => {
    const { resource } = kind;
    const stored = previous?.object;
    const schema = schemaOf(kind);
    if (schema !== undefined) {
      // Unchanged members were admitted before, unless the kind's definition has changed since.
      const before = previous?.kind === kind ? stored : undefined;
      return admitted(kind, admitBySchema(kind, object, schema, before), object.metadata);
    }
    if (kind.custom !== undefined || (stored !== undefined && isStatusOnly(object, stored)))
      return admitted(kind, object, object.metadata);
    const fill = defaultsOf(resource);
    const draft = fill === undefined ? { ...object } : mutableCopy(object, stored);
    fill?.(draft, { previous: stored === undefined ? undefined : { ...stored }, numbers });
    // guard: what-objects-hold-is-checked
    refuse(kind, object, builtInCauses(resource, draft, { previous: stored, numbers }));
    const labels = fill === undefined ? undefined : labelsOf(draft['metadata']);
    return admitted(kind, draft, withLabels(object.metadata, labels));
  };
}

/** Custom kinds have a schema, and the Gateway API's, which are custom in a real cluster. */
function schemaOf({ resource, custom }: ServedKind): JsonObject | undefined {
  if (custom !== undefined) return custom.get(resource.version)?.schema;
  return resource.group === 'gateway.networking.k8s.io' ? gatewaySchemas[resource.plural] : undefined;
}

function admitBySchema(
  kind: ServedKind,
  object: AnyKubeObject,
  schema: JsonObject,
  before: AnyKubeObject | undefined,
): JsonObject {
  const given: JsonObject = { ...object };
  const known = kind.custom === undefined ? given : prune(given, schema, before).object;
  const draft = withDefaults(known, schema, before);
  refuse(kind, object, validate(draft, schema, before));
  if (kind.custom === undefined && draft['spec'] !== before?.['spec'])
    refuse(kind, object, gatewayCauses(kind.resource.plural, draft));
  return draft;
}

function refuse({ resource }: ServedKind, object: AnyKubeObject, causes: readonly StatusCause[]): void {
  if (causes.length > 0) throw invalid(resource, object.metadata.name, causes);
}

const admitted = ({ resource }: ServedKind, draft: JsonObject, metadata: ObjectMeta): AnyKubeObject => ({
  ...draft,
  metadata,
  apiVersion: apiVersionOf(resource),
  kind: resource.kind,
});

/** Whether only the status differs from the stored object's; kinds without a schema have no rules for it. */
const isStatusOnly = (object: AnyKubeObject, stored: AnyKubeObject): boolean =>
  Object.keys({ ...object, ...stored }).every((key) => key === 'status' || object[key] === stored[key]);

/** Defaults may add labels; the rest of the metadata is the caller's. */
const withLabels = (metadata: ObjectMeta, labels: Record<string, string> | undefined): ObjectMeta =>
  labels === undefined ? metadata : { ...metadata, labels };

function labelsOf(metadata: unknown): Record<string, string> | undefined {
  const labels: unknown =
    typeof metadata === 'object' && metadata !== null ? Reflect.get(metadata, 'labels') : undefined;
  if (typeof labels !== 'object' || labels === null) return undefined;
  return Object.fromEntries(Object.entries(labels).map(([key, value]) => [key, String(value)]));
}
