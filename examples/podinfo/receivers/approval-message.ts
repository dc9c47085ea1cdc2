import { printable } from '@sluice/lib/text/printable.ts';
import { cut } from './hook-message.ts';

/** What `sluice chat` tells of an approval, with every part bounded. */
export interface ApprovalMessage {
  /** Id of the approval. */
  readonly approval: string;
  readonly namespace: string;
  readonly name: string;
  readonly title: string;
  readonly question: string;
  /** `Approvers: group sre` */
  readonly facts: readonly string[];
  /** Votes and what came of it; empty while nobody has voted. */
  readonly outcome: readonly string[];
  /** Its page in the console. */
  readonly link: string | undefined;
}

const MAX_LINES = 20;
const MAX_LENGTH = 500;
const MAX_FACTS_LENGTH = 2000;
/** They stand in commands that people paste: nothing that a shell would read. */
const NAME = /^[a-z0-9][a-z0-9.-]{0,252}$/;

/** Reads the JSON of `sluice chat`. Answers with a sentence for the sender when it is none. */
export function readApprovalMessage(body: string): ApprovalMessage | { readonly problem: string } {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return { problem: 'the body is not JSON; send what sluice chat sends to its link' };
  }
  if (typeof json !== 'object' || json === null) return { problem: 'the body is not a JSON object' };
  const fields = json as Readonly<Record<string, unknown>>;
  const [approval, namespace, name] = ['approval', 'namespace', 'name'].map((key) => fields[key]);
  if (!isName(approval) || !isName(namespace) || !isName(name))
    return { problem: 'approval, namespace and name must be names as Kubernetes has them' };
  const facts = listOf(fields['facts']).map((fact) => {
    const { label, value } = Object(fact) as Readonly<Record<string, unknown>>;
    return textOf(`${textOf(label)}: ${textOf(value)}`);
  });
  const link = textOf(fields['link']);
  return {
    approval,
    namespace,
    name,
    title: textOf(fields['title']),
    question: textOf(fields['question']),
    facts,
    outcome: listOf(fields['outcome']).map(textOf),
    link: /^https?:\/\/[!-~]+$/.test(link) ? link : undefined,
  };
}

/** It waits as long as it asks something. */
const isWaiting = ({ question }: ApprovalMessage): boolean => question !== '';

/** The message as lines: what waits, who may decide, and how; or what was decided. */
export function approvalLines(message: ApprovalMessage): readonly string[] {
  const { approval, title, question, facts, outcome } = message;
  const head = `approval ${approval}: ${title}`;
  if (!isWaiting(message)) return [head, ...outcome.map((line) => `  ${line}`)];
  return [
    head,
    `  ${question}`,
    ...(facts.length === 0 ? [] : [`  ${cut(facts.join('; '), MAX_FACTS_LENGTH)}`]),
    ...outcome.map((line) => `  ${line}`),
    ...waysToApprove(message).map((way) => `  ${way}`),
  ];
}

const waysToApprove = ({ approval, namespace, name, link }: ApprovalMessage): readonly string[] => [
  ...(link === undefined ? [] : [`in the console: ${link}`]),
  `in a terminal: sluice approve ${namespace}/${name} --gate ${approval}`,
  `by kubectl: kubectl -n ${namespace} annotate canary ${name} --overwrite sluice.dev/decision=approve ` +
    `sluice.dev/decision-for=${approval} sluice.dev/decision-by=me`,
];

const isName = (value: unknown): value is string => typeof value === 'string' && NAME.test(value);

const textOf = (value: unknown): string =>
  typeof value === 'string' ? cut(printable(cut(value, MAX_LENGTH)), MAX_LENGTH) : '';

const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value.slice(0, MAX_LINES) : [];
