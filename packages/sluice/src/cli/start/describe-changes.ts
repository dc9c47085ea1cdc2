import type { CanaryStatus, HookResult } from '../../api/canary-status.ts';
import { printable } from '@sluice/lib/text/printable.ts';
import { hookLine, waitsFor } from './words.ts';

/** Changes between two statuses of a canary, one line each, for a pipe: `test/podinfo Progressing 10 ...`. */
export function describeChanges(
  key: string,
  before: CanaryStatus | undefined,
  after: CanaryStatus,
): readonly string[] {
  const lines: string[] = [];
  const place = `${key} ${after.phase || 'new'} ${after.canaryWeight}`;
  if (before?.phase !== after.phase) lines.push(`${place} ${phaseMessage(after)}`);
  else if (before.canaryWeight !== after.canaryWeight)
    lines.push(`${place} canary weight ${before.canaryWeight} → ${after.canaryWeight}`);
  if (before !== undefined && after.failedChecks > before.failedChecks) {
    const worst = after.run?.metrics?.find((metric) => metric.verdict !== 'passed');
    lines.push(
      `${place} failed checks ${after.failedChecks}${worst === undefined ? '' : `: ${worst.message}`}`,
    );
  }
  for (const hook of newAnswers(before, after)) lines.push(`${place} hook ${hookLine(hook)}`);
  const waiting = waitsFor(after);
  if (waiting !== '' && waiting !== (before === undefined ? '' : waitsFor(before)))
    lines.push(`${place} waits: ${waiting}`);
  return lines.map(printable);
}

const phaseMessage = (status: CanaryStatus): string =>
  status.conditions?.find((condition) => condition.type === 'Promoted')?.message ?? '';

function newAnswers(before: CanaryStatus | undefined, after: CanaryStatus): readonly HookResult[] {
  const known = new Set((before?.hooks ?? []).map((hook) => hook.id));
  return (after.hooks ?? []).filter((hook) => !known.has(hook.id));
}
