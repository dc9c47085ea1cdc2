import { printable } from '@sluice/lib/text/printable.ts';
import type { CanaryStatus } from '../../api/canary-status.ts';

/** Fields that hold sentences for people; all others hold values that are compared. */
const sentences: ReadonlySet<string> = new Set(['message', 'reason', 'cause']);

/**
 * The status with all sentences made printable: they quote answers of hooks, errors of back ends and names of tenants, and
 * `kubectl` writes some of them to a terminal as they are. The same object when nothing changes.
 */
export const printableStatus = (status: CanaryStatus): CanaryStatus =>
  printableIn(status, '') as CanaryStatus;

function printableIn(value: unknown, field: string): unknown {
  if (typeof value === 'string') return sentences.has(field) ? printable(value) : value;
  if (Array.isArray(value)) {
    const items = value.map((item) => printableIn(item, field));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(
    ([name, inner]) => [name, inner, printableIn(inner, name)] as const,
  );
  return entries.every(([, before, after]) => before === after)
    ? value
    : Object.fromEntries(entries.map(([name, , after]) => [name, after]));
}
