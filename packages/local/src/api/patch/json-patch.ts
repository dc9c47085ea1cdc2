import { define, equalJson, isObject, type JsonObject } from '../../store/json.ts';
import { badRequest, StatusError } from '../../store/status-error.ts';

/** Applies a JSON patch (RFC 6902). Throws 400 for an invalid patch, 422 when an operation does not fit the object. */
export function jsonPatch(target: JsonObject, patch: unknown): unknown {
  if (!Array.isArray(patch)) throw badRequest('a JSON patch must be a list of operations');
  if (patch.length > maxOperations) throw tooMany(patch.length);
  let document: unknown = structuredClone(target);
  let copied = 0;
  for (const operation of patch) {
    if (!isObject(operation)) throw badRequest('each operation of a JSON patch must be an object');
    if (operation['op'] === 'copy') {
      copied += JSON.stringify(read(document, pointer(operation['from']))).length;
      // guard: copies-of-a-patch-are-bounded
      if (copied > mostCopied) throw tooMuch(copied);
    }
    document = apply(document, operation);
  }
  return document;
}

/** Each copy may hold all earlier ones, so that thirty of them make gigabytes. */
const mostCopied = 3 * 1024 * 1024;
const tooMuch = (size: number): StatusError =>
  unfit(
    `Unable to complete the copy, the accumulated size increase of copy is ${size}, exceeding the limit ${mostCopied}`,
  );

const maxOperations = 10_000;
const tooMany = (count: number): StatusError =>
  new StatusError(
    413,
    'RequestEntityTooLarge',
    `Request entity too large: The allowed maximum operations in a JSON patch is ${maxOperations}, got ${count}`,
  );

const unfit = (message: string): StatusError =>
  new StatusError(
    422,
    'Invalid',
    `the server rejected our request due to an error in our request: ${message}`,
  );

function apply(document: unknown, operation: JsonObject): unknown {
  const { op, value } = operation;
  const path = pointer(operation['path']);
  switch (op) {
    case 'add':
      return edit(document, path, (parent, key) => add(parent, key, value), value);
    case 'remove':
      return edit(document, path, remove, undefined);
    case 'replace':
      read(document, path);
      return edit(document, path, (parent, key) => put(parent, key, value), value);
    case 'test':
      if (!equalJson(read(document, path), value))
        throw unfit(`testing value ${String(operation['path'])} failed`);
      return document;
    case 'copy':
    case 'move': {
      const from = pointer(operation['from']);
      const found = read(document, from);
      const moved = op === 'copy' ? structuredClone(found) : found;
      const rest = op === 'move' ? edit(document, from, remove, undefined) : document;
      return edit(rest, path, (parent, key) => add(parent, key, moved), moved);
    }
    default:
      throw badRequest(`unknown operation of a JSON patch: ${JSON.stringify(op)}`);
  }
}

function pointer(value: unknown): string[] {
  if (typeof value !== 'string' || (value !== '' && !value.startsWith('/'))) {
    throw badRequest(`not a JSON pointer: ${JSON.stringify(value)}`);
  }
  return value
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

type Edit = (parent: JsonObject | unknown[], key: string) => void;

function edit(document: unknown, path: readonly string[], change: Edit, whole: unknown): unknown {
  const key = path.at(-1);
  if (key === undefined) return whole;
  const parent = read(document, path.slice(0, -1));
  if (!isObject(parent) && !Array.isArray(parent)) throw missing(path);
  change(parent, key);
  return document;
}

const missing = (path: readonly string[]): StatusError => unfit(`path /${path.join('/')} does not exist`);

function read(document: unknown, path: readonly string[]): unknown {
  let current = document;
  for (const step of path) {
    if (Array.isArray(current)) current = current[indexIn(current, step, current.length - 1)];
    else if (isObject(current) && Object.hasOwn(current, step)) current = current[step];
    else throw missing(path);
  }
  return current;
}

function indexIn(list: readonly unknown[], key: string, largest: number): number {
  const index = /^(0|[1-9]\d*)$/.test(key) ? Number(key) : -1;
  if (index < 0 || index > largest) throw unfit(`index ${key} is outside of a list of ${list.length}`);
  return index;
}

function add(parent: JsonObject | unknown[], key: string, value: unknown): void {
  if (!Array.isArray(parent)) define(parent, key, value);
  else parent.splice(key === '-' ? parent.length : indexIn(parent, key, parent.length), 0, value);
}

function put(parent: JsonObject | unknown[], key: string, value: unknown): void {
  if (Array.isArray(parent)) parent[indexIn(parent, key, parent.length - 1)] = value;
  else define(parent, key, value);
}

function remove(parent: JsonObject | unknown[], key: string): void {
  if (Array.isArray(parent)) parent.splice(indexIn(parent, key, parent.length - 1), 1);
  else if (Object.hasOwn(parent, key)) delete parent[key];
  else throw unfit(`path ${key} does not exist`);
}
