/**
 * Calls `read` once for each object and keeps the result for as long as the object is referenced. Only for objects that
 * are never changed, such as those of the caches.
 */
export function byObject<Key extends object, Value>(read: (key: Key) => Value): (key: Key) => Value {
  const known = new WeakMap<Key, { readonly value: Value }>();
  return (key) => {
    const found = known.get(key) ?? { value: read(key) };
    known.set(key, found);
    return found.value;
  };
}
