import { TesterError } from './tester-error.ts';

/** The body of a webhook call; keys that the tester does not use are ignored. */
export interface ReceivedPayload {
  readonly name: string;
  readonly namespace: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Reads a webhook's body. Throws `TesterError` 400 with a sentence that says what to send. */
export function readHookPayload(text: string): ReceivedPayload {
  const body = parseObject(text);
  return {
    name: readName(body, 'name'),
    namespace: readName(body, 'namespace'),
    metadata: readMetadata(body['metadata']),
  };
}

function parseObject(text: string): Record<string, unknown> {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    const found = text.trim() === '' ? 'it is empty (send it by POST)' : 'it is not valid JSON';
    throw badRequest(`The body must be a webhook payload in JSON, but ${found}.`);
  }
  if (!isObject(body))
    throw badRequest('The body must be a JSON object such as {"name":"podinfo","namespace":"test"}.');
  return body;
}

/** Kubernetes' longest name; it also bounds gate keys and the input of the namespace rule. */
const longestName = 253;

function readName(body: Record<string, unknown>, key: 'name' | 'namespace'): string {
  const value = body[key];
  if (typeof value === 'string' && value !== '' && value.length <= longestName) return value;
  throw badRequest(
    `"${key}" of the payload must be a text of 1 to ${longestName} characters: the canary's ${key}.`,
  );
}

function readMetadata(value: unknown): Record<string, string> {
  if (value === undefined || value === null) return {};
  if (!isObject(value)) throw badRequest('"metadata" of the payload must be an object of texts.');
  const metadata: Record<string, string> = {};
  for (const [key, entry] of Object.entries(value)) {
    if (typeof entry !== 'string')
      throw badRequest(`"metadata.${key}" of the payload must be a text: quote it.`);
    metadata[key] = entry;
  }
  return metadata;
}

const badRequest = (message: string): TesterError => new TesterError(400, message);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
