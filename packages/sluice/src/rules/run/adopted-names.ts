import type { Adopted, CanaryStatus } from '../../api/canary-status.ts';

/**
 * Flagger's values stay in the status unchanged, so that Flagger finds no change when it takes over again. Our values for the
 * same things are beside them, in `adopted`. In memory a status has our values only: it is decoded when read and encoded
 * when written.
 */

type Name = NonNullable<Adopted['lastAppliedSpec']>;
type Configs = CanaryStatus['trackedConfigs'];

/** Decodes a status: each adopted value is replaced by ours. */
export function decodeStatus(status: CanaryStatus): CanaryStatus {
  const { adopted } = status;
  return adopted === undefined
    ? status
    : rename(status, adopted, (value, { theirs, ours }) =>
        value === theirs ? /* guard: hashes-that-were-left-are-read-by-our-names */ ours : value,
      );
}

/** Encodes a status: each of our values that was adopted is replaced by the original, and unused entries of `adopted` are dropped. */
export function encodeStatus(status: CanaryStatus): CanaryStatus {
  const { adopted, ...rest } = status;
  if (adopted === undefined) return status;
  const used = adoptedOf(adopted, (field) => status[field], status.trackedConfigs);
  const renamed = rename(rest, adopted, (value, { theirs, ours }) =>
    value === ours ? /* guard: hashes-that-were-left-stay */ theirs : value,
  );
  return used === undefined ? renamed : { ...renamed, adopted: used };
}

function rename(
  status: CanaryStatus,
  adopted: Adopted,
  choose: (value: string, name: Name) => string,
): CanaryStatus {
  const { lastAppliedSpec, lastPromotedSpec, trackedConfigs } = status;
  const applied = adopted.lastAppliedSpec;
  const promoted = adopted.lastPromotedSpec;
  const configs = adopted.trackedConfigs;
  return {
    ...status,
    ...(applied && lastAppliedSpec !== undefined
      ? { lastAppliedSpec: choose(lastAppliedSpec, applied) }
      : {}),
    ...(promoted && lastPromotedSpec !== undefined
      ? { lastPromotedSpec: choose(lastPromotedSpec, promoted) }
      : {}),
    ...(configs && trackedConfigs ? { trackedConfigs: renameConfigs(trackedConfigs, configs, choose) } : {}),
  };
}

function renameConfigs(
  checksums: Readonly<Record<string, string>>,
  names: NonNullable<Adopted['trackedConfigs']>,
  choose: (value: string, name: Name) => string,
): Record<string, string> {
  const renamed = Object.entries(checksums).map(([key, value]): [string, string] => {
    const name = Object.hasOwn(names, key) ? names[key] : undefined;
    return [key, name === undefined ? value : choose(value, name)];
  });
  return Object.fromEntries(renamed);
}

/** Entries of `adopted` whose value of ours is in use. */
function adoptedOf(
  adopted: Adopted,
  valueOf: (field: 'lastAppliedSpec' | 'lastPromotedSpec') => string | undefined,
  trackedConfigs: Configs,
): Adopted | undefined {
  const fields = (['lastAppliedSpec', 'lastPromotedSpec'] as const).flatMap((field) =>
    adopted[field] !== undefined && adopted[field].ours === valueOf(field)
      ? [[field, adopted[field]] as const]
      : [],
  );
  const configs = Object.entries(adopted.trackedConfigs ?? {}).filter(
    ([key, { ours }]) => trackedConfigs?.[key] === ours,
  );
  if (fields.length === 0 && configs.length === 0) return undefined;
  return {
    ...Object.fromEntries(fields),
    ...(configs.length === 0 ? {} : { trackedConfigs: Object.fromEntries(configs) }),
  };
}

/** Our values for those of a status that Flagger left; an absent value is not adopted. */
export interface OurNames {
  readonly lastAppliedSpec?: string;
  readonly lastPromotedSpec?: string;
  readonly trackedConfigs: Readonly<Record<string, string>>;
}

/** The field `adopted` for a status that Flagger left, given our values for the same things. */
export function adoptedNames(left: CanaryStatus, ours: OurNames): Adopted {
  const nameOf = (theirs: string | undefined, own: string | undefined): Name | undefined =>
    theirs === undefined || theirs === '' || own === undefined || own === theirs
      ? undefined
      : { theirs, ours: own };
  const applied = nameOf(left.lastAppliedSpec, ours.lastAppliedSpec);
  const promoted = nameOf(left.lastPromotedSpec, ours.lastPromotedSpec);
  const configs = Object.entries(left.trackedConfigs ?? {}).flatMap(([key, theirs]) => {
    const name = nameOf(theirs, ours.trackedConfigs[key]);
    return name === undefined ? [] : [[key, name] as const];
  });
  return {
    ...(applied && { lastAppliedSpec: applied }),
    ...(promoted && { lastPromotedSpec: promoted }),
    ...(configs.length === 0 ? {} : { trackedConfigs: Object.fromEntries(configs) }),
  };
}
