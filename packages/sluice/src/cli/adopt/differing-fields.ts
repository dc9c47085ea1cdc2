import { isRecord } from '@sluice/lib/json/json-read.ts';
import { sameJson } from '@sluice/lib/json/merge.ts';

/**
 * Paths of the fields that a merge patch would change: `spec.template.spec.containers[0].image`. No values: they may
 * be secret.
 */
export function differingFields(current: unknown, patch: unknown, path = ''): readonly string[] {
  if (isRecord(patch))
    return Object.entries(patch).flatMap(([key, value]) =>
      differingFields(
        isRecord(current) && Object.hasOwn(current, key) ? current[key] : undefined,
        value,
        join(path, key),
      ),
    );
  if (Array.isArray(current) && Array.isArray(patch) && current.length === patch.length)
    return patch.flatMap((item: unknown, index) => inList(current[index], item, `${path}[${index}]`));
  return sameJson(current, patch) ? [] : [path];
}

/** Items of a list are replaced whole: fields that only the current item has would go. */
function inList(current: unknown, wanted: unknown, path: string): readonly string[] {
  if (!isRecord(current) || !isRecord(wanted)) return differingFields(current, wanted, path);
  const gone = Object.keys(current).filter((key) => !Object.hasOwn(wanted, key));
  return [...gone.map((key) => join(path, key)), ...differingFields(current, wanted, path)];
}

const join = (path: string, key: string): string =>
  path === '' ? key : /^[\w-]+$/.test(key) ? `${path}.${key}` : `${path}[${key}]`;
