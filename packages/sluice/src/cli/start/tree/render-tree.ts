import { wrap } from '@sluice/lib/text/wrap.ts';
import { printable } from '@sluice/lib/text/printable.ts';
import { isResting } from '../../../rules/run/phases.ts';
import { renderCanary } from './render-canary.ts';
import { asksToStart } from '../../../view/step-marks.ts';
import type { CanaryModel, TreeModel } from './tree-model.ts';

/** A message about an approval and its ways to decide, and what came right after it. */
const mostTold = 8;

/**
 * The picture as lines of at most `columns`, wrapped, never cut; only the footer is left whole, so that it can be copied.
 * Canaries that rest are short, but for the one that changed last.
 */
export function renderTree(model: TreeModel, columns: number): readonly string[] {
  const { canaries, now, told } = model;
  const latest = Math.max(...canaries.map(({ changedAt }) => changedAt));
  const blocks = canaries.map((canary) => {
    const isLatest = canary === canaries.find(({ changedAt }) => changedAt === latest);
    return renderCanary(canary, { now, columns, isShort: isAtRest(canary) && !isLatest });
  });
  if (canaries.length === 0) blocks.push(['no Canary is in the cluster']);
  if (told.length > 0)
    blocks.push([
      'told',
      ...told.slice(-mostTold).flatMap((line) => wrap(printable(line), columns, '   ', '     ')),
    ]);
  return [...blocks.flatMap((block) => [...block, '']), model.footer];
}

const isAtRest = ({ status }: CanaryModel): boolean => isResting(status.phase) && !asksToStart(status);
