import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { readBounded } from '@sluice/lib/http/read-bounded.ts';
import { isObject, type JsonObject } from '../store/json.ts';
import { badRequest, StatusError } from '../store/status-error.ts';

/** The real server's limit, in bytes. */
export const bodyLimit = 3 * 1024 * 1024;

/** Reads the body's bytes. Throws 413 and stops reading once more than `bodyLimit` came. */
export async function readBytes(request: Request): Promise<Uint8Array> {
  if (request.body === null) return new Uint8Array();
  const bytes = await readBounded(request.body, bodyLimit);
  if (bytes === undefined) throw tooLarge();
  return bytes;
}

export const tooLarge = (limit = bodyLimit): StatusError =>
  new StatusError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${limit} bytes`);

export const mediaTypeOf = (request: Request): string =>
  (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';

export const unsupportedMediaType = (type: string, supported: readonly string[]): StatusError =>
  new StatusError(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format (${type}) - accepted media types include: ${supported.join(', ')}`,
  );

// Shared, because creating a decoder costs more than decoding a body.
const utf8 = new TextDecoder('utf-8', { fatal: true });

export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch (error) {
    throw badRequest(`the body is not valid JSON: ${error instanceof Error ? error.message : ''}`);
  }
}

const tooDeep = 200;

export function requireObject(value: unknown): JsonObject {
  if (!isObject(value)) throw badRequest('the body must be a JSON object');
  if (isDeeperThan(value, tooDeep)) throw badRequest(`the body is nested deeper than ${tooDeep} levels`);
  return value;
}

/** Reads a body as an object of the expected kind and checks the types of its metadata. Throws 400. */
export function requireKubeObject(
  body: JsonObject,
  expected: { apiVersion: string; kind: string },
): AnyKubeObject {
  const metadata = body['metadata'] ?? {};
  if (!isObject(metadata)) throw badRequest('metadata must be an object');
  checkMetadata(metadata);
  const { apiVersion = expected.apiVersion, kind = expected.kind } = body;
  if (apiVersion !== expected.apiVersion || kind !== expected.kind) {
    throw badRequest(
      `the API version or kind in the data (${String(apiVersion)}, ${String(kind)}) does not match the expected one (${expected.apiVersion}, ${expected.kind})`,
    );
  }
  const { managedFields: _none, ...rest } = metadata;
  return {
    ...body,
    apiVersion: expected.apiVersion,
    kind: expected.kind,
    metadata: { name: '', ...withoutNulls(rest) },
  };
}

const texts = ['name', 'namespace', 'generateName', 'uid', 'resourceVersion'];
const maps = ['labels', 'annotations'];
const lists = ['finalizers', 'ownerReferences'];

function checkMetadata(metadata: JsonObject): void {
  for (const key of texts) check(metadata, key, 'a string', (value) => typeof value === 'string');
  for (const key of maps) {
    const isMap = (value: unknown) =>
      isObject(value) && Object.values(value).every((member) => typeof member === 'string');
    check(metadata, key, 'a map of strings', isMap);
  }
  for (const key of lists) check(metadata, key, 'a list', Array.isArray);
}

function check(metadata: JsonObject, key: string, what: string, test: (value: unknown) => boolean): void {
  const value = metadata[key];
  if (value !== undefined && value !== null && !test(value))
    throw badRequest(`metadata.${key} must be ${what}`);
}

const withoutNulls = (value: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(value).filter((entry) => entry[1] !== null));

function isDeeperThan(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (depth === 0) return true;
  return Object.values(value).some((member) => isDeeperThan(member, depth - 1));
}
