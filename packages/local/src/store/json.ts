/** Plain JSON as the store handles it: objects are copied once on the way in, frozen, and shared afterwards. */
export type JsonObject = { [key: string]: unknown };

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const objectAt = (value: unknown, key: string): JsonObject => {
  const found = isObject(value) ? value[key] : undefined;
  return isObject(found) ? found : {};
};

export const listAt = (value: unknown, key: string): readonly unknown[] => {
  const found = isObject(value) ? value[key] : undefined;
  return Array.isArray(found) ? found : [];
};

export const textAt = (value: unknown, key: string): string => {
  const found = isObject(value) ? value[key] : undefined;
  return typeof found === 'string' ? found : '';
};

/**
 * Makes a frozen deep copy without `undefined` members, as in JSON. Members identical to those of `before`, a copy of
 * an earlier state, are shared with it.
 */
export function freezeCopy<T>(value: T, before?: unknown): T;
export function freezeCopy(value: unknown, before?: unknown): unknown {
  if (typeof value !== 'object' || value === null || value === before) return value;
  if (Array.isArray(value)) return freezeItems(value, before);
  // A spread keeps the object's shape, which makes it several times as fast as setting member by member.
  const copy: JsonObject = { ...value };
  for (const key of Object.keys(copy)) {
    const member = copy[key];
    if (member === undefined) return freezeCopy(withoutUndefined(copy), before);
    if (typeof member === 'object' && member !== null) copy[key] = freezeCopy(member, memberOf(before, key));
  }
  return Object.freeze(copy);
}

const freezeItems = (items: readonly unknown[], before: unknown): unknown =>
  Object.freeze(items.map((item, index) => freezeCopy(item, itemOf(before, index))));

const withoutUndefined = (value: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(value).filter((entry) => entry[1] !== undefined));

/** Makes a deep copy that may be changed, except where it shares members with `before`. */
export function mutableCopy(value: JsonObject, before?: unknown): JsonObject {
  const copy = { ...value };
  for (const key of Object.keys(copy)) {
    const member = copy[key];
    if (typeof member === 'object' && member !== null) copy[key] = copyOf(member, memberOf(before, key));
  }
  return copy;
}

function copyOf(value: unknown, before: unknown): unknown {
  if (value === before) return value;
  if (Array.isArray(value)) return value.map((item, index) => copyOf(item, itemOf(before, index)));
  return isObject(value) ? mutableCopy(value, before) : value;
}

/** Like `map`, but returns the same list when no item changes. */
export function mapItems(items: unknown[], change: (item: unknown, index: number) => unknown): unknown[] {
  const changed = items.map(change);
  return changed.every((item, index) => item === items[index]) ? items : changed;
}

/** The earlier value at the same place; undefined where there was none. */
export const memberOf = (before: unknown, key: string): unknown =>
  isObject(before) && Object.hasOwn(before, key) ? before[key] : undefined;
export const itemOf = (before: unknown, index: number): unknown =>
  Array.isArray(before) ? before[index] : undefined;

/** Sets a member. `__proto__` in a client's JSON becomes a plain member, never the prototype. */
export function define(target: JsonObject, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true });
  } else {
    target[key] = value;
  }
}

export function equalJson(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (Array.isArray(left)) {
    if (!Array.isArray(right) || left.length !== right.length) return false;
    return left.every((item, index) => equalJson(item, right[index]));
  }
  if (!isObject(left) || !isObject(right)) return false;
  return countDefined(left) === countDefined(right) && sameMembers(left, right);
}

function sameMembers(left: JsonObject, right: JsonObject): boolean {
  for (const key of Object.keys(left)) {
    const member = left[key];
    if (member !== undefined && !(Object.hasOwn(right, key) && equalJson(member, right[key]))) return false;
  }
  return true;
}

function countDefined(value: JsonObject): number {
  let count = 0;
  for (const key of Object.keys(value)) if (value[key] !== undefined) count += 1;
  return count;
}
