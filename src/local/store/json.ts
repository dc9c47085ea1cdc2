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
 * A deep copy that nobody can change; `undefined` members are left out, as JSON would. What is the very same as in `before`,
 * a copy of an earlier state, is shared with it.
 */
export function freezeCopy<T>(value: T, before?: unknown): T;
export function freezeCopy(value: unknown, before?: unknown): unknown {
  if (typeof value !== 'object' || value === null || value === before) return value;
  if (Array.isArray(value)) return Object.freeze(value.map((item: unknown) => freezeCopy(item)));
  const copy: JsonObject = {};
  for (const [key, member] of Object.entries(value)) {
    if (member !== undefined)
      define(copy, key, freezeCopy(member, isObject(before) ? before[key] : undefined));
  }
  return Object.freeze(copy);
}

/** A deep copy that may be changed. */
export function mutableCopy(value: JsonObject): JsonObject {
  const copy: JsonObject = {};
  for (const [key, member] of Object.entries(value)) define(copy, key, copyOf(member));
  return copy;
}

function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf);
  return isObject(value) ? mutableCopy(value) : value;
}

/** `__proto__` comes from strangers' JSON: it must become a plain member, never the prototype. */
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
  const keys = definedKeys(left);
  if (keys.length !== definedKeys(right).length) return false;
  return keys.every((key) => Object.hasOwn(right, key) && equalJson(left[key], right[key]));
}

const definedKeys = (value: JsonObject): string[] =>
  Object.keys(value).filter((key) => value[key] !== undefined);
