import { html as honoHtml } from 'hono/html';
import { printableText } from '@sluice/lib/text/printable.ts';

/** Escaped HTML. */
export type Html = ReturnType<typeof honoHtml>;

/**
 * A template that escapes each value. Text of others also becomes printable, so that no name turns the writing direction
 * of a page. Nested templates and lists of them stay as they are; undefined, null and false become nothing.
 */
export const html = (strings: TemplateStringsArray, ...values: readonly unknown[]): Html =>
  honoHtml(strings, ...values.map(safe));

function safe(value: unknown): unknown {
  if (typeof value === 'string') return printableText(value);
  return Array.isArray(value) ? value.map(safe) : value;
}

/** A path of this console; each part is encoded. */
export const pathOf = (...parts: readonly string[]): string =>
  `/${parts.map((part) => encodeURIComponent(part)).join('/')}`;

/** A path with a query; empty values are left out. */
export function withQuery(
  path: string,
  query: Readonly<Record<string, string | number | undefined>>,
): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== '') parameters.set(name, String(value));
  return parameters.size === 0 ? path : `${path}?${parameters.toString()}`;
}
