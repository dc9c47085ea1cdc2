import leven from 'leven';

/** Two letters that are swapped count as 2. */
const mostEdits = 3;
const mostShare = 0.4;
/** Bounds the time for callers that choose names and texts. */
const mostNames = 1000;
const longest = 253;

/**
 * The known name that was probably meant: the nearest by edit distance, at most 3 edits and 40 % of its letters away;
 * undefined when none is so near. Of two equally near names the first one. Looks at the first 1,000 names, and at no text longer than 253
 * characters.
 */
export function nearest(text: string, known: readonly string[]): string | undefined {
  let best: { readonly name: string; readonly distance: number } | undefined;
  if (text.length > longest) return undefined;
  for (const name of known.slice(0, mostNames)) {
    const distance = leven(text.toLowerCase(), name.toLowerCase());
    const isNear = distance <= mostEdits && distance <= mostShare * Math.max(name.length, text.length);
    if (isNear && (best === undefined || distance < best.distance)) best = { name, distance };
  }
  return best?.name;
}
