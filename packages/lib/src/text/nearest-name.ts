/** Names further away are no slip of the finger. */
const furthest = 3;
/** Bounds the time for callers that choose the name. */
const mostCandidates = 1000;

/**
 * The candidate that `name` was probably meant to be: at most three letters apart, else the longest that begins `name` or
 * that it begins. Undefined when none is near. Looks at the first 1,000 candidates.
 */
export function nearestName(name: string, candidates: readonly string[]): string | undefined {
  const looked = candidates.slice(0, mostCandidates);
  const most = Math.min(furthest, Math.floor(name.length / 2));
  let nearest: string | undefined;
  let best = most + 1;
  for (const candidate of looked) {
    const distance = editDistance(name, candidate, best);
    if (distance >= best) continue;
    nearest = candidate;
    best = distance;
  }
  if (nearest !== undefined) return nearest;
  return looked
    .filter((candidate) => candidate.startsWith(name) || name.startsWith(candidate))
    .toSorted((a, b) => b.length - a.length)[0];
}

/** Letters to insert, delete or change; any number of at least `limit` when there are that many. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    // Only cells near the diagonal can stay below the limit.
    for (let column = 1; column <= b.length; column += 1) {
      const isNear = Math.abs(row - column) < limit;
      const changed = (previous[column - 1] ?? limit) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current[column] = isNear
        ? Math.min(changed, (previous[column] ?? limit) + 1, (current[column - 1] ?? limit) + 1)
        : limit;
    }
    if (Math.min(...current) >= limit) return limit;
    previous = current;
  }
  return previous[b.length] ?? limit;
}
