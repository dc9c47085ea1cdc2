let lastObject: unknown;
let lastText = '';

/** The object as JSON. The text of the last stored object is kept, for the answer to a write and for each watch. */
export function jsonText(object: unknown): string {
  if (object === lastObject) return lastText;
  const text = JSON.stringify(object);
  if (!Object.isFrozen(object)) return text;
  lastObject = object;
  lastText = text;
  return text;
}
