import type { AnyKubeObject } from '../../api/kube-object.ts';
import { apiVersionOf } from '../../api/resources.ts';
import { fillObjectDefaults } from './defaults/object-defaults.ts';
import { builtInCauses } from './built-in-rules.ts';
import { mutableCopy, type JsonObject } from './json.ts';
import { fillDefaults } from './schema/fill-defaults.ts';
import { gatewaySchemas } from './schema/gateway-schemas.ts';
import { prune } from './schema/prune.ts';
import { validate } from './schema/validate.ts';
import type { ServedKind } from './served-kind.ts';
import { invalid, type StatusCause } from './status-error.ts';

/**
 * Makes a written object what would be stored: at the stored version, pruned, with defaults, validated. Throws 422.
 * Built-in kinds are not pruned here: the API server does that with what comes from outside.
 */
export type Admission = (kind: ServedKind, object: AnyKubeObject, previous?: AnyKubeObject) => AnyKubeObject;

export interface AdmissionOptions {
  readonly allocateClusterIp?: () => string;
}

export function createAdmission(options: AdmissionOptions): Admission {
  return (kind, object, previous) => {
    const { resource } = kind;
    if (kind.custom === undefined && previous !== undefined && isStatusOnly(kind, object, previous))
      return object;
    const draft = mutableCopy({ ...object });
    const causes =
      kind.custom === undefined
        ? admitBuiltIn(kind, draft, previous)
        : admitCustom(draft, kind.custom.get(resource.version)?.schema);
    if (causes.length > 0) throw invalid(resource, object.metadata.name, causes);
    return { ...draft, ...typed(draft, object), apiVersion: apiVersionOf(resource), kind: resource.kind };
  };

  function admitBuiltIn(
    kind: ServedKind,
    draft: JsonObject,
    previous: AnyKubeObject | undefined,
  ): StatusCause[] {
    const { resource } = kind;
    const context = {
      previous: previous === undefined ? undefined : { ...previous },
      allocateClusterIp: options.allocateClusterIp,
    };
    fillObjectDefaults(resource, draft, context);
    const schema =
      resource.group === 'gateway.networking.k8s.io' ? gatewaySchemas[resource.plural] : undefined;
    if (schema !== undefined) return validate(draft, schema);
    return builtInCauses(resource, draft, previous);
  }
}

/**
 * Whether the object is the stored one with another status. Of the built-in kinds only those of the Gateway API have rules
 * for their status; the rest was admitted when it was stored.
 */
const isStatusOnly = ({ resource }: ServedKind, object: AnyKubeObject, stored: AnyKubeObject): boolean =>
  resource.group !== 'gateway.networking.k8s.io' &&
  Object.keys({ ...object, ...stored }).every((key) => key === 'status' || object[key] === stored[key]);

function admitCustom(draft: JsonObject, schema: JsonObject | undefined): StatusCause[] {
  if (schema === undefined) return [];
  prune(draft, schema);
  fillDefaults(draft, schema);
  return validate(draft, schema);
}

/** Defaults may add labels; everything else of the metadata is the caller's. */
function typed(draft: JsonObject, object: AnyKubeObject): Pick<AnyKubeObject, 'metadata'> {
  const labels = labelsOf(draft['metadata']);
  return { metadata: labels === undefined ? object.metadata : { ...object.metadata, labels } };
}

function labelsOf(metadata: unknown): Record<string, string> | undefined {
  const labels: unknown =
    typeof metadata === 'object' && metadata !== null ? Reflect.get(metadata, 'labels') : undefined;
  if (typeof labels !== 'object' || labels === null) return undefined;
  return Object.fromEntries(Object.entries(labels).map(([key, value]) => [key, String(value)]));
}
