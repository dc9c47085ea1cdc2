import { isRecord } from './json-read.ts';
import type { JsonRecord } from './json-read.ts';

/**
 * Compares an object of the API server, defaults included, with the desired one, and makes JSON merge patches
 * (RFC 7386) between the two. In the desired object, a missing key means "any value", and a key with `undefined`
 * or `null` means "must be absent".
 */

/**
 * Whether `current` has every field of `desired`. Fields that only `current` has are tolerated (the server
 * defaults them); lists must have the same length and cover each other item by item. An empty list equals none.
 */
export function covers(current: unknown, desired: unknown): boolean {
  if (isAbsent(desired)) return isAbsent(current);
  if (Array.isArray(desired)) return coversList(current, desired);
  if (!isRecord(desired)) return current === desired;
  // An absent record counts as an empty one, unless `desired` is empty: then the record itself is wanted.
  const present = isAbsent(current) && Object.keys(desired).length > 0 ? {} : current;
  if (!isRecord(present)) return false;
  return Object.keys(desired).every((key) => covers(own(present, key), desired[key]));
}

/** The smallest merge patch after which `current` covers `desired`; undefined when it already does. */
export function patchTo(current: JsonRecord, desired: JsonRecord): Record<string, unknown> | undefined {
  const patch: [string, unknown][] = [];
  for (const [key, wanted] of Object.entries(desired)) {
    const present = own(current, key);
    if (covers(present, wanted)) continue;
    patch.push([key, changeTo(present, wanted)]);
  }
  return patch.length === 0 ? undefined : Object.fromEntries(patch);
}

/** The merge patch that makes `current` equal to `desired`, removals included; undefined when it is. */
export function diffPatch(current: JsonRecord, desired: JsonRecord): Record<string, unknown> | undefined {
  const removed = Object.keys(current).filter(
    (key) => !isAbsent(current[key]) && isAbsent(own(desired, key)),
  );
  const patch: [string, unknown][] = removed.map((key) => [key, null]);
  for (const [key, wanted] of Object.entries(desired)) {
    const present = own(current, key);
    if (sameJson(present, wanted)) continue;
    const nested = isRecord(present) && isRecord(wanted);
    patch.push([key, nested ? diffPatch(present, wanted) : withoutAbsent(wanted)]);
  }
  return patch.length === 0 ? undefined : Object.fromEntries(patch);
}

/** Applies `patch` to `target` as the server does. Nothing is mutated. */
export function applyMergePatch(target: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch;
  const result = new Map(Object.entries(isRecord(target) ? target : {}));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) result.delete(key);
    else if (value !== undefined) result.set(key, applyMergePatch(result.get(key), value));
  }
  return Object.fromEntries(result);
}

/** Equality of JSON; a key with `null` or `undefined` equals no key, and the order of keys does not count. */
export function sameJson(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (isAbsent(left) || isAbsent(right)) return isAbsent(left) && isAbsent(right);
  if (Array.isArray(left)) return Array.isArray(right) && sameList(left, right);
  if (!isRecord(left) || !isRecord(right)) return false;
  return (
    Object.keys(left).every((key) => sameJson(left[key], own(right, key))) &&
    Object.keys(right).every((key) => Object.hasOwn(left, key) || isAbsent(right[key]))
  );
}

/** A copy without the keys that hold `null` or `undefined`, to send in a create or inside a list. */
export function withoutAbsent(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutAbsent);
  if (!isRecord(value)) return value;
  const kept = Object.entries(value).filter(([, field]) => !isAbsent(field));
  return Object.fromEntries(kept.map(([key, field]) => [key, withoutAbsent(field)]));
}

function changeTo(present: unknown, wanted: unknown): unknown {
  if (isAbsent(wanted)) return null;
  if (isRecord(present) && isRecord(wanted)) return patchTo(present, wanted);
  return withoutAbsent(wanted);
}

function coversList(current: unknown, desired: readonly unknown[]): boolean {
  if (!Array.isArray(current)) return desired.length === 0 && isAbsent(current);
  return current.length === desired.length && desired.every((item, index) => covers(current[index], item));
}

function sameList(left: readonly unknown[], right: readonly unknown[]): boolean {
  return left.length === right.length && left.every((item, index) => sameJson(item, right[index]));
}

/** Keys come from users: `constructor` in a label map must not be found on Object's prototype. */
function own(record: JsonRecord, key: string): unknown {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function isAbsent(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}
