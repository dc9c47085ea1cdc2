import {
  Document,
  isCollection,
  isScalar,
  LineCounter,
  parseAllDocuments,
  visit,
  YAMLParseError,
} from 'yaml';
import { keyOf, startOf } from './find-position.ts';
import type { Position } from './finding.ts';
import type { RuleId } from './rules.ts';

/** Each use of an alias is read as its anchor, aliases of aliases many times over. */
const mostAliases = 1000;
/** Most problems of one document's text: the first one often causes the others. */
const mostTextProblems = 5;

export interface TextProblem {
  readonly rule: RuleId;
  readonly offset: number;
  readonly message: string;
}

export interface LintDocument {
  readonly document: Document;
  /** Undefined where the text is not valid. */
  readonly value: unknown;
  /** Problems that keep the document from being read. */
  readonly problems: readonly TextProblem[];
  /** Words that kubectl reads as bools. */
  readonly words: readonly TextProblem[];
}

export interface LintText {
  readonly documents: readonly LintDocument[];
  positionOf(offset: number): Position;
}

/** Parses all YAML documents of a text, JSON included, and keeps where each part of them stands. */
export function readDocuments(text: string): LintText {
  const lines = new LineCounter();
  const positionOf = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  return { documents: parse(text, lines).map((document) => readDocument(document, text)), positionOf };
}

function parse(text: string, lineCounter: LineCounter): readonly Document[] {
  try {
    const documents = parseAllDocuments(text, {
      lineCounter,
      // The library compares each key with each; `keyProblems` does not.
      uniqueKeys: false,
      prettyErrors: false,
      // kubectl resolves merge keys, too.
      merge: true,
      // Without this the library prints its warnings.
      logLevel: 'error',
    });
    return Array.from(documents);
  } catch (error) {
    // The parser calls itself for each level.
    if (!(error instanceof RangeError)) throw error;
    const document = new Document();
    document.errors.push(new YAMLParseError([0, 0], 'IMPOSSIBLE', 'nested too deeply'));
    return [document];
  }
}

function readDocument(document: Document, text: string): LintDocument {
  const start = document.range?.[0] ?? 0;
  try {
    const problems = [...syntaxProblems(document, text), ...keyProblems(document, text)].slice(
      0,
      mostTextProblems,
    );
    if (problems.length > 0) return { document, value: undefined, problems, words: [] };
    const value: unknown = document.toJS({ maxAliasCount: mostAliases });
    // guard: a-document-has-an-end
    requireEnd(value, new Set(), new Set());
    return { document, value, problems, words: doubtfulWords(document) };
  } catch (error) {
    if (!(error instanceof ReferenceError) && !(error instanceof RangeError)) throw error;
    const message = `the document cannot be expanded: ${oneLine(error.message)}`;
    return {
      document,
      value: undefined,
      problems: [{ rule: 'YAML004', offset: start, message }],
      words: [],
    };
  }
}

/** Kubernetes' objects are a fifth as deep. */
const mostLevels = 100;

/** Throws `RangeError` for a value that holds itself, by an alias, or has too many levels. */
function requireEnd(value: unknown, around: Set<object>, done: Set<object>): void {
  if (typeof value !== 'object' || value === null || done.has(value)) return;
  if (around.has(value)) throw new RangeError('an alias stands within its own anchor');
  if (around.size >= mostLevels) throw new RangeError(`it has more than ${mostLevels} levels`);
  around.add(value);
  for (const part of Object.values(value)) requireEnd(part, around, done);
  around.delete(value);
  done.add(value);
}

const syntaxProblems = (document: Document, text: string): readonly TextProblem[] =>
  document.errors.map(({ pos: [offset], message }) => ({
    rule: 'YAML001',
    offset,
    message: `this is not YAML: ${oneLine(message)}${templateHint(text)}`,
  }));

/** The library's sentence may quote a line of the text. */
const oneLine = (message: string): string => (message.split('\n')[0] ?? '').slice(0, 200);

const templateHint = (text: string): string =>
  text.includes('{{') ? '; a template must be rendered first: helm template CHART | sluice lint -' : '';

/** Keys that a map has twice, and keys that are maps themselves, which JSON does not have. */
function keyProblems(document: Document, text: string): readonly TextProblem[] {
  const found: TextProblem[] = [];
  visit(document, {
    Map(_key, { items, range }) {
      const seen = new Set<string>();
      for (const pair of items) {
        const offset = startOf(pair.key) ?? range?.[0] ?? 0;
        if (isCollection(pair.key)) {
          found.push({ rule: 'YAML001', offset, message: `a key must be a text${templateHint(text)}` });
          continue;
        }
        const name = keyOf(pair);
        if (name !== mergeKey && seen.has(name)) found.push(repeatedKey(name, offset));
        seen.add(name);
      }
      return found.length < mostTextProblems ? undefined : visit.BREAK;
    },
  });
  return found;
}

const repeatedKey = (name: string, offset: number): TextProblem => ({
  rule: 'YAML002',
  offset,
  message: `the key ${JSON.stringify(name.slice(0, 80))} stands twice in this map: remove one`,
});

const mergeKey = '<<';
const switchWord = /^(yes|no|on|off)$/i;

/** Plain words that YAML 1.1, and so kubectl, reads as bools, as keys too. */
function doubtfulWords(document: Document): readonly TextProblem[] {
  const found: TextProblem[] = [];
  visit(document, {
    Scalar(_key, { type, value, range }) {
      if (type !== 'PLAIN' || typeof value !== 'string' || !switchWord.test(value)) return undefined;
      const read = /^(yes|on)$/i.test(value);
      const message = `kubectl reads ${value} as ${read}: write ${read}, or "${value}" in quotes`;
      found.push({ rule: 'YAML003', offset: range?.[0] ?? 0, message });
      return found.length < mostTextProblems ? undefined : visit.BREAK;
    },
  });
  return found;
}

/** Whether a document holds nothing, as between two separators. */
export const isEmptyDocument = ({ document, problems }: LintDocument): boolean =>
  problems.length === 0 &&
  (document.contents === null || (isScalar(document.contents) && document.contents.value === null));
