import type { PrimaryContext } from '../../ports/workload.ts';
import { configRevision } from '../../rules/configs/config-checksum.ts';
import { copyNames } from '../../rules/configs/tracked-configs.ts';
import type { RolloutDeps } from '../deps.ts';
import type { Seen } from '../seen.ts';

/** What a primary of this revision reads: copies of what is tracked now. */
export function primaryContext(
  { seen, deps }: { readonly seen: Seen; readonly deps: Pick<RolloutDeps, 'options'> },
  revision: string,
): PrimaryContext {
  const { configs, canary } = seen;
  const named = configs.state === 'known' ? configRevision(configs.checksums) : undefined;
  return {
    canary,
    selectorLabels: deps.options.selectorLabels,
    includeLabelPrefixes: deps.options.includeLabelPrefixes,
    revision,
    configNames: configs.state === 'known' ? copyNames(configs.tracked) : new Map(),
    ...(named === undefined ? {} : { configRevision: named }),
  };
}
