import type { PrimaryContext } from '../../ports/workload.ts';
import { configRevision } from '../../rules/config-checksum.ts';
import { copyNames } from '../../rules/tracked-configs.ts';
import type { PassContext } from '../context.ts';

/** What a primary of this revision reads: copies of what is tracked now. */
export function primaryContext(
  context: Pick<PassContext, 'world' | 'deps'>,
  revision: string,
): PrimaryContext {
  const { configs } = context.world;
  const named = configs.state === 'known' ? configRevision(configs.checksums) : undefined;
  return {
    canary: context.world.canary,
    selectorLabels: context.deps.options.selectorLabels,
    includeLabelPrefixes: context.deps.options.includeLabelPrefixes,
    revision,
    configNames: configs.state === 'known' ? copyNames(configs.tracked) : new Map(),
    ...(named === undefined ? {} : { configRevision: named }),
  };
}
