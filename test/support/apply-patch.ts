import type { AnyKubeObject } from '../../src/api/kube-object.ts';
import { isRecord } from '../../src/lib/json-read.ts';

export { applyMergePatch } from '../../src/lib/merge.ts';

export function isKubeObject(value: unknown): value is AnyKubeObject {
  return isRecord(value) && typeof value['kind'] === 'string' && isRecord(value['metadata']);
}
