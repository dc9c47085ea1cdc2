import type { AnyKubeObject } from '../../api/kube-object.ts';
import { apiVersionOf } from '../../api/resources.ts';
import type { ServedKind } from './served-kind.ts';

/** Makes a written object what would be stored: at the stored version, with defaults, pruned and validated. */
export type Admission = (kind: ServedKind, object: AnyKubeObject, previous?: AnyKubeObject) => AnyKubeObject;

export interface AdmissionOptions {
  readonly allocateClusterIp?: () => string;
}

export function createAdmission(_options: AdmissionOptions): Admission {
  return (kind, object) => ({ ...object, apiVersion: apiVersionOf(kind.resource), kind: kind.resource.kind });
}
