let lastObject: unknown;
let lastText = '';

/** The object as JSON. The last stored one is remembered: a write is answered, and told to each watch, as one text. */
export function jsonText(object: unknown): string {
  if (object === lastObject) return lastText;
  const text = JSON.stringify(object);
  if (!Object.isFrozen(object)) return text;
  lastObject = object;
  lastText = text;
  return text;
}
