import { parseAllDocuments } from 'yaml';

import { asRecord } from '@sluice/lib/json/json-read.ts';
import { canaryOf } from './complete-canary.ts';
import { blocksOf, readPages } from './read-pages.ts';

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
}

/** The YAML of all pages. Objects of Argo CD and Flux are left out, because their definitions are not in this repository. */
export function readExamples(): Examples {
  const all = readPages()
    .flatMap(blocksOf)
    .filter(({ language }) => ['yaml', 'yml'].includes(language))
    // A comment tells values of a chart.
    .filter(({ text }) => !text.startsWith('# values of '))
    .flatMap(({ at, text }) => parseBlock(at, text))
    .filter((example) => !isForeign(example));
  const parts = all.filter((example) => !hasKind(example));
  return {
    objects: all.filter(hasKind),
    completed: parts.map(({ at, object }) => ({ at, object: canaryOf(object) })),
  };
}

function parseBlock(at: string, text: string): readonly Example[] {
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
