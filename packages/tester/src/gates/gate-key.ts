/** What a key switches: a gate that hooks check, or the switch that a `rollback` hook checks. */
export type SwitchKind = 'gate' | 'rollback';

const kinds: readonly string[] = ['gate', 'rollback'] satisfies readonly SwitchKind[];

/** One gate or rollback switch of one canary. */
export interface GateKey {
  readonly kind: SwitchKind;
  readonly namespace: string;
  readonly name: string;
}

/**
 * The key as one text. No two keys share a text, whatever callers choose as names: JSON quotes what would join two
 * parts, and escapes halves of surrogate pairs, which SQLite would replace by one character.
 */
export const formatGateKey = ({ kind, namespace, name }: GateKey): string =>
  JSON.stringify([kind, namespace, name]);

/** Reads what `formatGateKey` wrote; undefined for any other text. */
export function parseGateKey(text: string): GateKey | undefined {
  let parts: unknown;
  try {
    parts = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(parts) || parts.length !== 3) return undefined;
  const [kind, namespace, name] = parts as readonly unknown[];
  if (typeof namespace !== 'string' || typeof name !== 'string' || !isKind(kind)) return undefined;
  return { kind, namespace, name };
}

const isKind = (value: unknown): value is SwitchKind => typeof value === 'string' && kinds.includes(value);

/**
 * The key that `name.namespace` or `rollback.name.namespace` meant in the files of older versions. A namespace has no
 * dot. A gate of a canary named `rollback.x` had the key of the rollback switch of `x`, and is read as the switch: it
 * lets no release pass.
 */
export function readOldKey(text: string): GateKey {
  const prefix = 'rollback.';
  const kind = text.startsWith(prefix) && text.indexOf('.', prefix.length) > 0 ? 'rollback' : 'gate';
  const rest = kind === 'rollback' ? text.slice(prefix.length) : text;
  const dot = rest.lastIndexOf('.');
  return { kind, namespace: rest.slice(dot + 1), name: rest.slice(0, Math.max(dot, 0)) };
}
