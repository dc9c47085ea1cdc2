import { isObject } from '../../store/json.ts';

/**
 * Reads the JSONPath of printer columns: `.a.b`, `['a.b']`, `[0]`, `[*]` and `[?(@.type=="Ready")]`. The first
 * match counts, as on the real server; anything else is undefined.
 */
export function readJsonPath(object: unknown, path: string): unknown {
  let values: readonly unknown[] = [object];
  for (const step of path.matchAll(stepPattern)) {
    values = values.flatMap((value) => take(value, step.groups ?? {}));
  }
  return values[0];
}

const stepPattern =
  /\.(?<name>(?:\\.|[^.[\]])+)|\[['"](?<quoted>[^'"]+)['"]\]|\[(?<index>-?\d+|\*)\]|\[\?\(@\.(?<key>[^=\s]+)\s*==\s*['"](?<wanted>[^'"]*)['"]\)\]/g;

function take(value: unknown, step: Readonly<Record<string, string | undefined>>): readonly unknown[] {
  const name = step['name']?.replaceAll('\\.', '.') ?? step['quoted'];
  if (name !== undefined) return isObject(value) && Object.hasOwn(value, name) ? [value[name]] : [];
  if (!Array.isArray(value)) return [];
  if (step['index'] === '*') return value;
  if (step['index'] !== undefined) return value.slice(Number(step['index'])).slice(0, 1);
  return value.filter((item) => isObject(item) && item[step['key'] ?? ''] === step['wanted']);
}
