import { hashJson } from '@sluice/lib/json/canonical-json.ts';
import type { ConfigReference } from '../../ports/workload.ts';
import { configRevision } from './config-checksum.ts';
import { primaryConfigName } from './config-copy.ts';
import { configKey } from './config-references.ts';

/** The state of one ConfigMap or Secret. Its content is never kept, only a checksum. */
export type ConfigContent =
  | {
      readonly state: 'known';
      readonly tracked: boolean;
      readonly checksum: string;
      /** Flagger leaves `binaryData` out of its checksum. */
      readonly hasBinaryData: boolean;
    }
  | { readonly state: 'missing' }
  | ConfigUnknown;

/** The object is not read yet, or a read failed: it counts as neither changed nor unchanged. */
export interface ConfigUnknown {
  readonly state: 'unknown';
  readonly message: string;
  /** A read is in flight, usually for some milliseconds. */
  readonly inFlight?: boolean;
  /** Time of the next read after a failure, in milliseconds. */
  readonly retryAt?: number;
  /** The read failed more than once, or does not recover by itself: it deserves a Warning. */
  readonly lasting?: boolean;
}

/** All ConfigMaps and Secrets that the target's pods read and that are tracked. */
export interface TrackedConfigs {
  readonly state: 'known';
  /** As `status.trackedConfigs`: `configmap/name` to its checksum. */
  readonly checksums: Readonly<Record<string, string>>;
  /** References of which the primary reads a copy. */
  readonly tracked: readonly ConfigReference[];
  /** Keys of the objects with `binaryData`. */
  readonly binary: ReadonlySet<string>;
}

export type ConfigState =
  | TrackedConfigs
  | { readonly state: 'missing'; readonly name: string; readonly message: string }
  | ConfigUnknown;

export const noConfigs: TrackedConfigs = { state: 'known', checksums: {}, tracked: [], binary: new Set() };

/** The state of all references together: unknown while one object is unread, because it may have changed. */
export function settleConfigs(
  references: readonly ConfigReference[],
  contentOf: (reference: ConfigReference) => ConfigContent,
): ConfigState {
  const all = references.map((reference) => ({ reference, content: contentOf(reference) }));
  for (const { reference, content } of all) {
    if (content.state !== 'missing' || reference.optional) continue;
    const { kind, name } = reference;
    return {
      state: 'missing',
      name,
      message: `${kind} ${name} does not exist, and the target's pods do not start without it; create it`,
    };
  }
  for (const { content } of all) if (content.state === 'unknown') return content;
  const found = all.flatMap(({ reference, content }) =>
    content.state === 'known' && content.tracked
      ? [{ reference, key: configKey(reference.kind, reference.name), ...content }]
      : [],
  );
  return {
    state: 'known',
    checksums: Object.fromEntries(found.map(({ key, checksum }) => [key, checksum])),
    tracked: found.map(({ reference }) => reference),
    binary: new Set(found.filter(({ hasBinaryData }) => hasBinaryData).map(({ key }) => key)),
  };
}

/** From `configmap/name` to the name of the copy: PrimaryContext.configNames. */
export const copyNames = (tracked: readonly ConfigReference[]): ReadonlyMap<string, string> =>
  new Map(tracked.map(({ kind, name }) => [configKey(kind, name), primaryConfigName(name)]));

/**
 * The revision of a template with its configuration: a change of either gives another revision. Without tracked
 * configuration it is the template's own revision.
 */
export function fullRevision(template: string, checksums: Readonly<Record<string, string>>): string {
  const configs = configRevision(checksums);
  return configs === undefined ? template : hashJson([template, configs]);
}

/**
 * The configuration of the run that Flagger left: Flagger's map, with our checksum for each object whose `binaryData`
 * Flagger's checksum leaves out. An object whose checksum still differs has changed since.
 */
export function adoptedConfigs(
  recorded: Readonly<Record<string, string>> | null | undefined,
  now: TrackedConfigs,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(recorded ?? {}).map(([key, checksum]) => [
      key,
      now.binary.has(key) ? (now.checksums[key] ?? checksum) : checksum,
    ]),
  );
}
