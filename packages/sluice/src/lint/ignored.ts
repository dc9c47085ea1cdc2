import type { LintFinding } from './finding.ts';

/** Ids of rules by the line whose findings they are ignored in. */
export type Ignored = ReadonlyMap<number, ReadonlySet<string>>;

const marker = /#\s*sluice lint: ignore((?:[\s,]+[A-Z]+\d{3})+)/;
const isComment = /^\s*#/;

/**
 * Reads `# sluice lint: ignore TIME002, HOOK007` at the end of a line, or on a line of its own before the one that it
 * is about.
 */
export function readIgnored(text: string): Ignored {
  const ignored = new Map<number, Set<string>>();
  if (!marker.test(text)) return ignored;
  const lines = text.split('\n');
  // Backwards, so that a comment knows the line that follows it.
  let about = lines.length;
  for (let number = lines.length; number > 0; number -= 1) {
    const line = lines[number - 1] ?? '';
    if (!isComment.test(line)) about = number;
    const ids = marker.exec(line)?.[1]?.match(/[A-Z]+\d{3}/g) ?? [];
    for (const id of ids) ignored.set(about, (ignored.get(about) ?? new Set()).add(id));
  }
  return ignored;
}

/** An error stays: the controller would refuse the object all the same. */
export const isIgnored = ({ severity, line, rule }: LintFinding, ignored: Ignored): boolean =>
  /* guard: an-error-is-not-ignored */ severity !== 'error' && (ignored.get(line)?.has(rule) ?? false);
