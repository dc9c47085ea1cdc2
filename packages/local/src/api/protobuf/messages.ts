import written from './message-fields.json' with { type: 'json' };

/** A field of a message: its JSON name, its type (a scalar, or another message) and how it is used. */
export interface FieldShape {
  readonly name: string;
  readonly type: string;
  readonly use: 'one' | 'many' | 'map' | 'inline';
  /** Clients write it only when it is set, so that its zero means something (`replicas: 0`, `emptyDir: {}`). */
  readonly zeroCounts: boolean;
}

export type Message = ReadonlyMap<number, FieldShape>;

const { roots, messages }: Written = written;
interface Written {
  readonly roots: Readonly<Record<string, string>>;
  readonly messages: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Name of the message of a body; undefined: this kind is not known. Options of a deletion come in any version. */
export function rootOf(apiVersion: string, kind: string): string | undefined {
  const key = `${apiVersion} ${kind}`;
  if (kind === 'DeleteOptions') return roots[kind];
  return Object.hasOwn(roots, key) ? roots[key] : undefined;
}

const read = new Map<string, Message>();

/** Fields by number, as scripts/protobuf-fields.ts found them. A type that is no message has none. */
export function messageOf(name: string): Message | undefined {
  const known = read.get(name);
  const fields = messages[name];
  if (known !== undefined || fields === undefined) return known;
  const message = new Map(Object.entries(fields).map(([number, text]) => [Number(number), shapeOf(text)]));
  read.set(name, message);
  return message;
}

/** `name|type`, then `many`, `map`, `inline` or `set`. */
function shapeOf(text: string): FieldShape {
  const [name = '', type = '', ...words] = text.split('|');
  const use = (['many', 'map', 'inline'] as const).find((word) => words.includes(word)) ?? 'one';
  return { name, type, use, zeroCounts: words.includes('set') };
}
