import { showValue } from '../../api/field-problem.ts';
import type { FieldProblem } from '../../api/field-problem.ts';

/** A problem makes the canary Invalid; a warning is only announced. */
export interface Finding extends FieldProblem {
  readonly severity: 'problem' | 'warning';
}

export const problem = (field: string, value: unknown, message: string): Finding => ({
  severity: 'problem',
  field,
  value: showValue(value),
  message,
});

export const warning = (field: string, value: unknown, message: string): Finding => ({
  severity: 'warning',
  field,
  value: showValue(value),
  message,
});
