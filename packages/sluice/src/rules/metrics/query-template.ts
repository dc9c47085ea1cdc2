import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import { longestRenderedQuery } from '../../api/bounds.ts';
import { placeAfter, staysInPlace } from './query-quotes.ts';
import type { QueryPlace } from './query-quotes.ts';

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
  /**
   * The template is of another namespace: its query runs with that namespace's credentials, so a value of the Canary may only
   * be a value (rules/metrics/query-quotes.ts).
   */
  readonly isForeign: boolean;
}

/**
 * Renders a query in the part of Go's text/template that queries use: `{{ namespace }}`, `{{ variables.key }}`,
 * `{{ index variables "some-key" }}`, comments, and the trim markers `{{-` and `-}}`. Throws `SluiceError` that
 * names the expression for anything else, and for a variable without a value: a query with a gap would measure
 * something else. Stops with one when the query gets longer than 64 Ki characters, and for a value that would be more than a
 * value in a template of another namespace.
 */
export function renderQuery(template: string, context: QueryContext): string {
  const rendered = createBoundedText();
  let place: QueryPlace = '';
  let from = 0;
  for (;;) {
    const start = template.indexOf('{{', from);
    if (start < 0) return rendered.add(template.slice(from)).whole();
    const action = readAction(template, start);
    const end = action.trimBefore ? skipSpaceBack(template, start, from) : start;
    const text = template.slice(from, end);
    rendered.add(text);
    place = placeAfter(text, place);
    if (action.expression !== undefined) {
      const value = evaluate(action.expression, context);
      // guard: values-in-templates-of-others-are-values
      if (context.isForeign && !staysInPlace(value, place)) throw notAValue(action.expression, value);
      rendered.add(value);
    }
    from = action.trimAfter ? skipSpace(template, action.end) : action.end;
  }
}

/** Collects the pieces of the query while it is not too long: a thousand uses of a long variable are not even joined. */
function createBoundedText() {
  const pieces: string[] = [];
  let length = 0;
  const text = {
    add(piece: string) {
      length += piece.length;
      // guard: a-rendered-query-is-bounded
      if (length > longestRenderedQuery)
        throw new SluiceError(
          `query template: with its variables filled in it is longer than ${longestRenderedQuery} characters; shorten the query or its templateVariables`,
        );
      pieces.push(piece);
      return text;
    },
    whole: (): string => pieces.join(''),
  };
  return text;
}

/** Go's white space, which is less than that of String.trim. */
const isSpace = (unit: string): boolean => unit === ' ' || unit === '\t' || unit === '\r' || unit === '\n';

function skipSpace(text: string, from: number): number {
  let at = from;
  while (isSpace(text.charAt(at))) at += 1;
  return at;
}

function skipSpaceBack(text: string, from: number, least: number): number {
  let at = from;
  while (at > least && isSpace(text.charAt(at - 1))) at -= 1;
  return at;
}

interface Action {
  /** Undefined for a comment. */
  readonly expression: string | undefined;
  /** Where the text goes on. */
  readonly end: number;
  readonly trimBefore: boolean;
  readonly trimAfter: boolean;
}

/** Reads the action whose two braces stand at `start`. A trim marker counts only with white space on its inner side. */
function readAction(source: string, start: number): Action {
  const inner = start + 2;
  const trimBefore = source.charAt(inner) === '-' && isSpace(source.charAt(inner + 1));
  const from = trimBefore ? inner + 2 : inner;
  const comment = source.startsWith('/*', from) ? endOfComment(source, from + 2) : undefined;
  if (comment !== undefined) return { expression: undefined, trimBefore, ...comment };
  const close = source.indexOf('}}', from);
  if (close < 0) {
    throw new SluiceError(`query template: "${source.slice(start, start + 40)}" is not closed by "}}"`);
  }
  const trimAfter =
    close - 2 >= from && source.charAt(close - 1) === '-' && isSpace(source.charAt(close - 2));
  const expression = source.slice(from, trimAfter ? close - 2 : close).trim();
  return { expression, end: close + 2, trimBefore, trimAfter };
}

/** The first end of a comment that the braces follow. */
function endOfComment(source: string, from: number): Pick<Action, 'end' | 'trimAfter'> | undefined {
  for (let at = source.indexOf('*/', from); at >= 0; at = source.indexOf('*/', at + 1)) {
    const after = at + 2;
    if (source.startsWith('}}', after)) return { end: after + 2, trimAfter: false };
    if (isSpace(source.charAt(after)) && source.startsWith('-}}', after + 1))
      return { end: after + 4, trimAfter: true };
  }
  return undefined;
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
    `query template: {{ ${cut(expression)} }} has no value; add ${cut(key)} to the metric's templateVariables`,
  );
}

const notAValue = (expression: string, value: string): SluiceError =>
  new SluiceError(
    `query template: ${JSON.stringify(cut(value))} is no plain value for {{ ${cut(expression)} }} in a template of another namespace; ` +
      'leave out quotes, line breaks and operators, or copy the template into the namespace of the Canary',
  );

function unsupported(expression: string): SluiceError {
  return new SluiceError(
    `query template: {{ ${cut(expression)} }} is not supported; use ${names.join(', ')} or variables.<key>`,
  );
}

const longestShown = 80;
const cut = (text: string): string =>
  text.length <= longestShown ? text : `${text.slice(0, longestShown)}...`;
