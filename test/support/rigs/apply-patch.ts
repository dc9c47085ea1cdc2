import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { isRecord } from '@sluice/lib/json/json-read.ts';

export { applyMergePatch } from '@sluice/lib/json/merge.ts';

export function isKubeObject(value: unknown): value is AnyKubeObject {
  return isRecord(value) && typeof value['kind'] === 'string' && isRecord(value['metadata']);
}
