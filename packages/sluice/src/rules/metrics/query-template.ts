import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';

/** The functions a query template may call. */
export interface QueryContext {
  readonly name: string;
  readonly namespace: string;
  readonly target: string;
  readonly service: string;
  readonly ingress: string;
  readonly route: string;
  /** In Go's spelling, such as 1m. */
  readonly interval: string;
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * Renders a query in the part of Go's text/template that queries use: `{{ namespace }}`, `{{ variables.key }}`,
 * `{{ index variables "some-key" }}`, comments, and the trim markers `{{-` and `-}}`. Throws `SluiceError` that
 * names the expression for anything else, and for a variable without a value: a query with a gap would measure
 * something else.
 */
export function renderQuery(template: string, context: QueryContext): string {
  let rendered = '';
  let rest = template;
  for (;;) {
    const start = rest.indexOf('{{');
    if (start < 0) return rendered + rest;
    const action = readAction(rest.slice(start));
    const before = rest.slice(0, start);
    const text = action.trimBefore ? trimEnd(before) : before;
    rendered += text + (action.expression === undefined ? '' : evaluate(action.expression, context));
    rest = rest.slice(start + action.length);
    if (action.trimAfter) rest = rest.replace(/^[ \t\r\n]+/, '');
  }
}

/** Trims Go's white space, which has fewer characters than that of String.trimEnd. */
function trimEnd(text: string): string {
  return text.replace(/[ \t\r\n]+$/, '');
}

interface Action {
  /** Undefined for a comment. */
  readonly expression: string | undefined;
  readonly length: number;
  readonly trimBefore: boolean;
  readonly trimAfter: boolean;
}

/** `source` begins with the two braces. A trim marker counts only with white space on its inner side. */
function readAction(source: string): Action {
  const match =
    /^\{\{(-[ \t\r\n])?\/\*[\s\S]*?\*\/([ \t\r\n]-)?\}\}/.exec(source) ??
    /^\{\{(-[ \t\r\n])?([\s\S]*?)([ \t\r\n]-)?\}\}/.exec(source);
  if (match === null) {
    throw new SluiceError(`query template: "${source.slice(0, 40)}" is not closed by "}}"`);
  }
  const isComment = match.length === 3;
  return {
    expression: isComment ? undefined : (match[2] ?? '').trim(),
    length: match[0].length,
    trimBefore: match[1] !== undefined,
    trimAfter: match.at(-1) !== undefined,
  };
}

const names = ['name', 'namespace', 'target', 'service', 'ingress', 'route', 'interval'] as const;

function evaluate(expression: string, context: QueryContext): string {
  const name = names.find((candidate) => candidate === expression);
  if (name !== undefined) return context[name];
  const key =
    /^variables\.([\p{L}\p{Nd}_]+)$/u.exec(expression)?.[1] ??
    /^index\s+variables\s+"([^"\\]*)"$/.exec(expression)?.[1];
  if (key === undefined) throw unsupported(expression);
  const value = Object.hasOwn(context.variables, key) ? context.variables[key] : undefined;
  if (value !== undefined) return value;
  throw new SluiceError(
    `query template: {{ ${expression} }} has no value; add ${key} to the metric's templateVariables`,
  );
}

function unsupported(expression: string): SluiceError {
  return new SluiceError(
    `query template: {{ ${expression} }} is not supported; use ${names.join(', ')} or variables.<key>`,
  );
}
