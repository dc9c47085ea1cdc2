import type { RuleId, Severity } from './rules.ts';

/** What a rule says of one field of one object. */
export interface Draft {
  readonly rule: RuleId;
  /** `spec.analysis.webhooks[2].timeout`; '' for the whole object. */
  readonly field: string;
  /** One sentence that names the field, without a full stop. It holds no secret. */
  readonly message: string;
}

/** A place in a text. Both count from 1; columns count UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface LintFinding extends Position {
  /** Name of the file, as it was given. */
  readonly file: string;
  readonly rule: RuleId;
  readonly severity: Severity;
  /** Absent where there is no field, as with text that is not YAML. */
  readonly field?: string;
  readonly message: string;
}

export interface LintReport {
  readonly files: number;
  /** Objects of flagger.app that were checked. */
  readonly checked: number;
  /** Documents of other kinds. */
  readonly skipped: number;
  /** By file, in the order given, then by line and column; at most `mostFindings`. */
  readonly findings: readonly LintFinding[];
  /** Findings that were left out. */
  readonly omitted: number;
  /** All findings, those that were left out too. */
  readonly counts: Readonly<Record<Severity, number>>;
}

export const mostFindings = 1000;
