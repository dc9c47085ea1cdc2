import { parser } from '@prometheus-io/lezer-promql';
import type { SyntaxNode } from '@lezer/common';
import type { Re2 } from '@sluice/lib/text/re2.ts';
import { wholeRe2 } from '@sluice/lib/text/whole-re2.ts';
import { readDuration, readNumber, readString } from './literals.ts';
import type { Expression, Grouping, Matcher, Matching } from './expression.ts';
import { notSupported, QueryError } from './query-error.ts';

/** Levels of the syntax tree; a few times what people write, and far less than the stack holds. */
const deepest = 500;

/** Reads PromQL with Prometheus' own grammar. Throws `QueryError`. */
export function parseQuery(query: string): Expression {
  const bare = withoutComments(query);
  if (bare.trim() === '') throw new QueryError('bad_data', 'the query is empty');
  const tree = parser.parse(bare);
  let depth = 0;
  tree.iterate({
    leave: () => void (depth -= 1),
    enter(node) {
      depth += 1;
      if (depth > deepest)
        throw new QueryError('bad_data', `the query is nested deeper than ${deepest} levels`);
      if (!node.type.isError) return;
      const near = bare.slice(node.from, node.from + 20) || 'the end';
      throw new QueryError('bad_data', `parse error at character ${node.from + 1}, near ${near}`);
    },
  });
  const root = tree.topNode.firstChild;
  if (root === null) throw notSupported(query);
  return readNode(root, bare);
}

/**
 * Replaces comments by as many spaces. The grammar has them anywhere between two tokens, and nothing below looks for
 * them there; a `#` within a string is none.
 */
function withoutComments(query: string): string {
  if (!query.includes('#')) return query;
  let bare = query;
  parser.parse(query).iterate({
    enter({ name, from, to }) {
      if (name === 'LineComment') bare = bare.slice(0, from) + ' '.repeat(to - from) + bare.slice(to);
    },
  });
  return bare;
}

const binaryOperators = new Set(['+', '-', '*', '/', '%', '^', '==', '!=', '>', '<', '>=', '<=']);
const setOperators = new Set(['and', 'or', 'unless']);

function readNode(node: SyntaxNode, query: string): Expression {
  const read = readers[node.name];
  if (read === undefined) throw notSupported(`${node.name} (${textOf(node, query)})`);
  return read(node, query);
}

const readers: Readonly<Record<string, (node: SyntaxNode, query: string) => Expression>> = {
  NumberDurationLiteral: (node, query) => ({ type: 'number', value: readNumber(textOf(node, query)) }),
  ParenExpr: (node, query) => readNode(firstOperand(node), query),
  StepInvariantExpr(node, query) {
    throw notSupported(`@ (${textOf(node, query)})`);
  },
  UnaryExpr(node, query) {
    const of = readNode(lastOperand(node), query);
    if (textOf(node.firstChild, query) === '+') return of;
    return binary('*', { type: 'number', value: -1 }, of);
  },
  VectorSelector: readSelector,
  MatrixSelector: readRange,
  OffsetExpr: readOffset,
  FunctionCall(node, query) {
    const name = textOf(node.getChild('FunctionIdentifier'), query);
    return { type: 'call', name, args: operands(node.getChild('FunctionCallBody'), query) };
  },
  AggregateExpr: readAggregate,
  BinaryExpr: readBinary,
};

function readSelector(node: SyntaxNode, query: string): Expression {
  const name = node.getChild('Identifier');
  const named: readonly Matcher[] = name === null ? [] : [equals('__name__', textOf(name, query))];
  const listed = node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? [];
  const quoted = node.getChild('LabelMatchers')?.getChild('QuotedLabelMatcher') ?? null;
  if (quoted !== null) throw notSupported(`a quoted label name (${textOf(quoted, query)})`);
  const matchers = [...named, ...listed.map((matcher) => readMatcher(matcher, query))];
  if (matchers.every((matcher) => matcher.test('')))
    throw new QueryError('bad_data', 'vector selector must contain at least one non-empty matcher');
  if (matchers.filter((matcher) => matcher.name === '__name__').length > 1 && name !== null)
    throw new QueryError('bad_data', `metric name must not be set twice: ${textOf(node, query)}`);
  return { type: 'selector', matchers, rangeMs: undefined, offsetMs: 0 };
}

const equals = (name: string, wanted: string): Matcher => ({ name, test: (value) => value === wanted });

function readMatcher(node: SyntaxNode, query: string): Matcher {
  const name = textOf(node.getChild('LabelName'), query);
  const operator = textOf(node.getChild('MatchOp'), query);
  const wanted = readString(textOf(node.getChild('StringLiteral'), query));
  if (operator === '=') return equals(name, wanted);
  if (operator === '!=') return { name, test: (value) => value !== wanted };
  const regex = wholeMatch(wanted);
  return { name, test: (value) => regex.test(value) === (operator === '=~') };
}

/** RE2, as in Prometheus: linear in time, whatever the expression. */
function wholeMatch(pattern: string): Re2 {
  try {
    return wholeRe2(pattern, { dotAll: true });
  } catch (error) {
    throw new QueryError('bad_data', error instanceof Error ? error.message : '');
  }
}

function readRange(node: SyntaxNode, query: string): Expression {
  const of = readNode(firstOperand(node), query);
  if (of.type !== 'selector') throw notSupported(`a range over ${textOf(node.firstChild, query)}`);
  const rangeMs = readDuration(textOf(node.getChild('DurationExpr'), query));
  if (rangeMs === 0) throw new QueryError('bad_data', 'duration must be greater than 0');
  return { ...of, rangeMs };
}

function readOffset(node: SyntaxNode, query: string): Expression {
  const of = readNode(firstOperand(node), query);
  if (of.type !== 'selector') throw notSupported(`offset of ${textOf(node.firstChild, query)}`);
  return { ...of, offsetMs: readDuration(textOf(node.getChild('OffsetDurationExpr'), query)) };
}

function readAggregate(node: SyntaxNode, query: string): Expression {
  const operation = textOf(node.getChild('AggregateOp'), query).toLowerCase();
  const [of, ...more] = operands(node.getChild('FunctionCallBody'), query);
  if (of === undefined || more.length > 0) throw notSupported(`${operation} with a parameter`);
  const modifier = node.getChild('AggregateModifier');
  const kind: Grouping['kind'] = modifier?.getChild('Without') ? 'without' : 'by';
  return { type: 'aggregate', operation, grouping: { kind, labels: labelNames(modifier, query) }, of };
}

function readBinary(node: SyntaxNode, query: string): Expression {
  const left = firstOperand(node);
  const operator = textOf(left.nextSibling, query).toLowerCase();
  if (!binaryOperators.has(operator) && !setOperators.has(operator))
    throw notSupported(`operator ${operator}`);
  const clause = node.getChild('MatchingModifierClause');
  if (clause?.getChild('GroupLeft') || clause?.getChild('GroupRight'))
    throw notSupported('group_left/group_right');
  const kind: Matching['kind'] = clause?.getChild('On') ? 'on' : 'ignoring';
  const of = readNode(left, query);
  // This grammar reads the sign as part of the number; the server reads -2 ^ 2 as -(2 ^ 2).
  if (operator === '^' && of.type === 'number' && textOf(left, query).startsWith('-')) {
    const power = binary('^', { type: 'number', value: -of.value }, readNode(lastOperand(node), query));
    return binary('*', { type: 'number', value: -1 }, power);
  }
  return {
    type: 'binary',
    operator,
    bool: (node.getChild('BoolModifier')?.getChild('Bool') ?? null) !== null,
    matching: { kind, labels: labelNames(clause ?? null, query) },
    left: of,
    right: readNode(lastOperand(node), query),
  };
}

function binary(operator: string, left: Expression, right: Expression): Expression {
  return { type: 'binary', operator, bool: false, matching: { kind: 'ignoring', labels: [] }, left, right };
}

function operands(body: SyntaxNode | null, query: string): readonly Expression[] {
  const nodes: Expression[] = [];
  for (let child = body?.firstChild ?? null; child !== null; child = child.nextSibling) {
    nodes.push(readNode(child, query));
  }
  return nodes;
}

function labelNames(node: SyntaxNode | null, query: string): readonly string[] {
  return (node?.getChild('GroupingLabels')?.getChildren('LabelName') ?? []).map((label) =>
    textOf(label, query),
  );
}

const textOf = (node: SyntaxNode | null | undefined, query: string): string =>
  node === null || node === undefined ? '' : query.slice(node.from, node.to);

function firstOperand(node: SyntaxNode): SyntaxNode {
  if (node.firstChild === null) throw notSupported(node.name);
  return node.firstChild;
}

function lastOperand(node: SyntaxNode): SyntaxNode {
  if (node.lastChild === null) throw notSupported(node.name);
  return node.lastChild;
}
