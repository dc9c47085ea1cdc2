import { parseAllDocuments } from 'yaml';

import { asRecord } from '@sluice/lib/json/json-read.ts';
import { canaryOf } from './complete-canary.ts';
import { blocksOf, readPages } from './read-pages.ts';
import type { Block } from './read-pages.ts';

/** A YAML document of a page. */
export interface Example {
  readonly at: string;
  readonly object: Readonly<Record<string, unknown>>;
}

export interface Examples {
  /** Whole objects, Canaries among them. */
  readonly objects: readonly Example[];
  /** Parts of a Canary, each completed to a whole one. */
  readonly completed: readonly Example[];
  /** Values of a chart, which a comment in the first line names. */
  readonly values: readonly (Example & { readonly chart: string })[];
}

/** The YAML of all pages. Objects of Argo CD and Flux are left out, because their definitions are not in this repository. */
export function readExamples(): Examples {
  const blocks = readPages()
    .flatMap(blocksOf)
    .filter(({ language }) => ['yaml', 'yml'].includes(language));
  const all = blocks
    .filter((block) => chartOf(block) === undefined)
    .flatMap(parseBlock)
    .filter((example) => !isForeign(example));
  const parts = all.filter((example) => !hasKind(example));
  return {
    objects: all.filter(hasKind),
    completed: parts.map(({ at, object }) => ({ at, object: canaryOf(object) })),
    values: blocks.flatMap((block) => {
      const chart = chartOf(block);
      return chart === undefined ? [] : parseBlock(block).map((example) => ({ ...example, chart }));
    }),
  };
}

const chartOf = ({ text }: Block): string | undefined => /^# values of (\S+)\n/.exec(text)?.[1];

function parseBlock({ at, text }: Block): readonly Example[] {
  return parseAllDocuments(text).map((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw new Error(`${at}: ${error.message}`);
    return { at, object: asRecord(document.toJS()) };
  });
}

const hasKind = ({ object }: Example): boolean => typeof object['kind'] === 'string';

const isForeign = ({ object }: Example): boolean =>
  /^(argoproj\.io|[a-z.]*fluxcd\.io)\//.test(String(object['apiVersion'])) ||
  ['ignoreDifferences', 'patches'].some((key) => Object.hasOwn(asRecord(object['spec']), key));

/** Namespaces that objects name: a dry run makes none for what comes after it. */
export const namespacesOf = (examples: readonly Example[]): readonly string[] => [
  ...new Set(
    examples
      .map(({ object }) => asRecord(object['metadata'])['namespace'])
      .filter((name) => typeof name === 'string'),
  ),
];
