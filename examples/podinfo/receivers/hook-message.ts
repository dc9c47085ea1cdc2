/** What a hook told, with every part bounded: it is kept, printed and posted to chats. */
export interface HookMessage {
  /** Same for every attempt of one delivery; absent when the sender knows no such thing. */
  readonly deliveryId?: string;
  readonly type: string;
  readonly name: string;
  readonly namespace: string;
  readonly phase: string;
  readonly metadata: Readonly<Record<string, string>>;
}

const MAX_METADATA = 50;
const MAX_VALUE_LENGTH = 2000;

/** Reads the JSON of a hook. Answers with a sentence for the sender when it is none. */
export function readHookMessage(body: string): HookMessage | { readonly problem: string } {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return { problem: 'the body is not JSON; send what a canary webhook sends' };
  }
  if (!isRecord(json)) return { problem: 'the body is not a JSON object' };
  const { name, namespace, phase, type, deliveryId, metadata } = json;
  if (!isFilled(name) || !isFilled(namespace)) {
    return { problem: 'name and namespace of the canary are missing; both must be texts' };
  }
  if (metadata !== undefined && metadata !== null && !isRecord(metadata)) {
    return { problem: 'metadata is not an object of texts' };
  }
  return {
    ...(isFilled(deliveryId) ? { deliveryId: cut(deliveryId) } : {}),
    type: isFilled(type) ? cut(type) : 'hook',
    name: cut(name),
    namespace: cut(namespace),
    phase: isFilled(phase) ? cut(phase) : 'unknown',
    metadata: textsOf(metadata ?? {}),
  };
}

/** At most `length` UTF-16 units, never half of a surrogate pair; a cut is shown by `…`. */
export function cut(text: string, length = MAX_VALUE_LENGTH): string {
  if (text.length <= length) return text;
  return `${text.slice(0, length - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** One line of a log: nothing a sender writes may start a new one or colour the terminal. */
export function oneLine(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ');
}

function textsOf(metadata: Readonly<Record<string, unknown>>): Record<string, string> {
  const entries = Object.entries(metadata).slice(0, MAX_METADATA);
  return Object.fromEntries(
    entries.map(([key, value]) => [
      cut(key, 100),
      cut(typeof value === 'string' ? value : JSON.stringify(value)),
    ]),
  );
}

const isFilled = (value: unknown): value is string => typeof value === 'string' && value !== '';

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
