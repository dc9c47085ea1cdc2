import type { LintReport } from './finding.ts';
import type { Severity } from './rules.ts';

/** The report for people and for grep: `FILE:LINE:COL severity ID message`, then one line that counts. */
export function reportLines(report: LintReport): readonly string[] {
  const lines = report.findings.map(
    ({ file, line, column, severity, rule, message }) =>
      `${file}:${line}:${column} ${severity.padEnd('warning'.length)} ${rule} ${message}`,
  );
  const omitted = report.omitted === 0 ? [] : [`... and ${report.omitted} more`];
  return [...lines, ...omitted, summaryOf(report)];
}

const severities: readonly Severity[] = ['error', 'warning', 'note'];

function summaryOf({ counts, checked, skipped, files }: LintReport): string {
  const found = severities
    .filter((severity) => counts[severity] > 0)
    .map((severity) => count(counts[severity], severity));
  const what = found.length === 0 ? 'nothing found' : found.join(', ');
  const others = skipped === 0 ? '' : `; ${count(skipped, 'object')} of other kinds skipped`;
  return `${what} (${count(checked, 'object')} checked in ${count(files, 'file')}${others})`;
}

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;
