import type { PrimaryContext } from '../ports/workload.ts';
import type { PassContext } from './context.ts';

export const primaryContext = (context: PassContext, revision: string): PrimaryContext => ({
  canary: context.world.canary,
  selectorLabels: context.deps.options.selectorLabels,
  includeLabelPrefixes: context.deps.options.includeLabelPrefixes,
  revision,
  configNames: new Map(),
});
