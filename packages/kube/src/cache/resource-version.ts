/**
 * Whether version `a` is newer than `b`. Versions of one kind are comparable as numbers on every API server;
 * undefined when one of them is not a number, so that callers must handle that case.
 */
export function isNewer(a: string | undefined, b: string | undefined): boolean | undefined {
  if (a === undefined || b === undefined || !/^\d+$/.test(a) || !/^\d+$/.test(b)) return undefined;
  // Numbers are exact up to 15 digits, and ten times as fast.
  if (a.length <= 15 && b.length <= 15) return Number(a) > Number(b);
  return BigInt(a) > BigInt(b);
}
