import type { LintReport } from './finding.ts';

/** The report for programs. Fields are added, never renamed, within one apiVersion. */
export const reportValue = ({ files, checked, skipped, counts, omitted, findings }: LintReport) => ({
  apiVersion: 'cli.sluice.dev/v1',
  kind: 'LintReport',
  summary: {
    errors: counts.error,
    warnings: counts.warning,
    notes: counts.note,
    omitted,
    files,
    checked,
    skipped,
  },
  findings,
});
