import type { PrinterColumn } from '../../store/served-kind.ts';
import { ageOf } from './age.ts';
import { ageColumn, nameColumn, type Column } from './column.ts';
import { readJsonPath } from './json-path.ts';

const types = ['string', 'integer', 'number', 'boolean', 'date'] as const;

/** Name, then the columns of the CustomResourceDefinition; Age is added only when it declares none. */
export function customColumns(declared: readonly PrinterColumn[] | undefined): readonly Column[] {
  if (declared === undefined || declared.length === 0) return [nameColumn, ageColumn];
  return [nameColumn, ...declared.map(customColumn)];
}

function customColumn(declared: PrinterColumn): Column {
  const type = types.find((known) => known === declared.type) ?? 'string';
  return {
    name: declared.name,
    type,
    priority: declared.priority,
    ...(declared.format === undefined ? {} : { format: declared.format }),
    ...(declared.description === undefined ? {} : { description: declared.description }),
    cell: (object, now) => cellOf(type, readJsonPath(object, declared.jsonPath), now),
  };
}

/** Formats a cell. A value of another type than declared is text in a string column, and empty in others. */
function cellOf(type: Column['type'], value: unknown, now: number): unknown {
  if (value === undefined || value === null) return null;
  switch (type) {
    case 'string':
      return typeof value === 'string' ? value : JSON.stringify(value);
    case 'integer':
      return typeof value === 'number' ? Math.trunc(value) : null;
    case 'number':
      return typeof value === 'number' ? value : null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    case 'date':
      return ageOf(value, now);
  }
}
