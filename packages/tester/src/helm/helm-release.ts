import { gunzipSync, gzipSync } from 'node:zlib';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';

export interface HelmHook {
  readonly name: string;
  readonly kind: string;
  readonly path: string;
  readonly manifest: string;
  readonly events: readonly string[];
  readonly weight: number;
  readonly deletePolicies: readonly string[];
  readonly lastRun: HookRun | undefined;
}

export interface HookRun {
  /** RFC 3339; '' before the run. */
  readonly startedAt: string;
  readonly completedAt: string;
  readonly phase: string;
}

export interface HelmRelease {
  readonly name: string;
  readonly namespace: string;
  readonly revision: number;
  readonly status: string;
  readonly lastDeployed: string;
  readonly notes: string;
  readonly hooks: readonly HelmHook[];
}

type Json = Record<string, unknown>;

const mostBytes = 64 * 1024 * 1024;

/** Decodes the release's whole JSON. Throws `SluiceError` naming the Secret. */
export function decodeReleaseJson(secret: AnyKubeObject): Json {
  const data = asObject(secret['data'])['release'];
  try {
    const inner = Buffer.from(typeof data === 'string' ? data : '', 'base64').toString('latin1');
    const packed = Buffer.from(inner, 'base64');
    // helm also reads releases that were never compressed.
    const isGzip = packed[0] === 0x1f && packed[1] === 0x8b;
    const json: unknown = JSON.parse(
      (isGzip ? gunzipSync(packed, { maxOutputLength: mostBytes }) : packed).toString(),
    );
    if (isObject(json)) return json;
  } catch (cause) {
    throw new SluiceError(`Secret ${nameOf(secret)} holds no helm release`, { cause });
  }
  throw new SluiceError(`Secret ${nameOf(secret)} holds no helm release`);
}

export const encodeReleaseJson = (json: Json): string =>
  Buffer.from(gzipSync(JSON.stringify(json)).toString('base64')).toString('base64');

/** Reads a release from its JSON; the revision comes from the labels of the Secret. */
export function readRelease(secret: AnyKubeObject): HelmRelease {
  const json = decodeReleaseJson(secret);
  const info = asObject(json['info']);
  return {
    name: asText(json['name']),
    namespace: asText(json['namespace']),
    revision: revisionOf(secret),
    status: asText(info['status']),
    lastDeployed: asText(info['last_deployed']),
    notes: asText(info['notes']),
    hooks: hooksOf(json).map(readHook),
  };
}

/** Number in the `version` label; 0 when it is none. */
export function revisionOf(secret: AnyKubeObject): number {
  const revision = Number(secret.metadata.labels?.['version']);
  return Number.isSafeInteger(revision) ? revision : 0;
}

/** A copy whose hook at `path` and `name` carries `run`. */
export function withHookRun(json: Json, hook: HelmHook, run: HookRun): Json {
  const last_run = {
    started_at: run.startedAt,
    // helm cannot read an empty text as a time.
    ...(run.completedAt === '' ? {} : { completed_at: run.completedAt }),
    phase: run.phase,
  };
  const isIt = (entry: Json): boolean => entry['path'] === hook.path && entry['name'] === hook.name;
  const hooks = hooksOf(json).map((entry) => (isIt(entry) ? { ...entry, last_run } : entry));
  return { ...json, hooks };
}

const hooksOf = (json: Json): readonly Json[] =>
  Array.isArray(json['hooks']) ? json['hooks'].filter(isObject) : [];

function readHook(hook: Json): HelmHook {
  const run = asObject(hook['last_run']);
  return {
    name: asText(hook['name']),
    kind: asText(hook['kind']),
    path: asText(hook['path']),
    manifest: asText(hook['manifest']),
    events: asTexts(hook['events']),
    weight: typeof hook['weight'] === 'number' ? hook['weight'] : 0,
    deletePolicies: asTexts(hook['delete_policies']),
    lastRun:
      asText(run['started_at']) === '' || asText(run['started_at']).startsWith('0001-')
        ? undefined
        : {
            startedAt: asText(run['started_at']),
            completedAt: asText(run['completed_at']),
            phase: asText(run['phase']),
          },
  };
}

const nameOf = (secret: AnyKubeObject): string =>
  `${secret.metadata.namespace ?? ''}/${secret.metadata.name}`;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const asObject = (value: unknown): Json => (isObject(value) ? value : {});
const asText = (value: unknown): string => (typeof value === 'string' ? value : '');
const asTexts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
