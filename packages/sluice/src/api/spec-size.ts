import { asRecord } from '@sluice/lib/json/json-read.ts';
import { longestSpecBytes } from './bounds.ts';
import type { FieldProblem } from './field-problem.ts';

/** The problem of a spec that is too large as a whole, although each of its fields may be in bounds. */
export function sizeProblems(spec: unknown): readonly FieldProblem[] {
  const bytes = sizeOf(spec);
  // guard: a-spec-is-bounded
  if (bytes <= longestSpecBytes) return [];
  const message = `write at most ${longestSpecBytes} bytes (256 KiB): move long queries to a MetricTemplate and long data to where the webhook can read it`;
  return [{ field: 'spec', value: `${bytes} bytes of JSON`, message }];
}

/** The spec without as many of its largest parts (`spec.NAME`, `spec.NAME.FIELD`) as it takes to be small enough. */
export function withinSize(spec: unknown): unknown {
  let bytes = sizeOf(spec);
  if (bytes <= longestSpecBytes) return spec;
  const parts = Object.entries(asRecord(spec)).flatMap(([name, part]) => partsOf(name, part));
  const dropped = new Set<Part>();
  for (const part of parts.toSorted((a, b) => b.bytes - a.bytes)) {
    if (bytes <= longestSpecBytes) break;
    bytes -= part.bytes;
    dropped.add(part);
  }
  return assemble(parts.filter((part) => !dropped.has(part)));
}

interface Part {
  readonly name: string;
  /** Undefined: the value stands at `name` itself. */
  readonly field: string | undefined;
  readonly value: unknown;
  readonly bytes: number;
}

function partsOf(name: string, part: unknown): readonly Part[] {
  const fields = Object.entries(asRecord(part));
  if (fields.length === 0) return [{ name, field: undefined, value: part, bytes: sizeOf(part) }];
  return fields.map(([field, value]) => ({ name, field, value, bytes: sizeOf(value) + field.length }));
}

function assemble(parts: readonly Part[]): Readonly<Record<string, unknown>> {
  const whole = new Map<string, unknown>();
  const nested = new Map<string, Map<string, unknown>>();
  for (const { name, field, value } of parts) {
    if (field === undefined) whole.set(name, value);
    else nested.set(name, (nested.get(name) ?? new Map<string, unknown>()).set(field, value));
  }
  for (const [name, fields] of nested) whole.set(name, Object.fromEntries(fields));
  return Object.fromEntries(whole);
}

const sizeOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value) ?? '');
