/**
 * `read`, asked once for each object and remembered for as long as somebody holds the object. Only for objects that are
 * never changed, as those of the caches.
 */
export function byObject<Key extends object, Value>(read: (key: Key) => Value): (key: Key) => Value {
  const known = new WeakMap<Key, { readonly value: Value }>();
  return (key) => {
    const found = known.get(key) ?? { value: read(key) };
    known.set(key, found);
    return found.value;
  };
}
