import { asList, asRecord, asText } from '@sluice/lib/json/json-read.ts';
import type { JsonRecord } from '@sluice/lib/json/json-read.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { alertProviders, canaries, metricTemplates } from '../api/resources.ts';
import { joinField } from '../api/field-problem.ts';
import type { Draft, Position } from './finding.ts';
import { offsetOf } from './find-position.ts';
import { isEmptyDocument, readDocuments } from './read-documents.ts';
import type { LintDocument, LintText } from './read-documents.ts';
import type { RuleId } from './rules.ts';

/** An object of flagger.app. */
export interface FoundObject {
  /** As it can be checked: with a name, without a status. */
  readonly object: AnyKubeObject;
  readonly written: JsonRecord;
  /** Problems of kind, version and name. */
  readonly drafts: readonly Draft[];
  /** Where a field of the object stands, '' for the object itself. */
  readonly position: (field: string) => Position;
}

export interface FileObjects {
  readonly objects: readonly FoundObject[];
  /** Documents and items of other kinds. */
  readonly skipped: number;
  readonly problems: readonly {
    readonly rule: RuleId;
    readonly message: string;
    readonly position: Position;
  }[];
}

const group = 'flagger.app';
const kinds = [canaries, metricTemplates, alertProviders].map(({ kind }) => kind);

/** The objects of flagger.app in a text, those in a List too, and the problems of the text itself. */
export function readObjects(text: string): FileObjects {
  const read = readDocuments(text);
  const objects: FoundObject[] = [];
  let skipped = 0;
  const problems = read.documents.flatMap((document) => [
    ...document.problems,
    ...(itemsOf(document.value).some(isOurs) ? document.words : []),
  ]);
  for (const document of read.documents) {
    if (document.problems.length > 0 || isEmptyDocument(document)) continue;
    for (const item of itemsOf(document.value)) {
      if (isOurs(item)) objects.push(foundObject(item, document, read));
      else skipped += 1;
    }
  }
  return {
    objects,
    skipped,
    problems: problems.map(({ rule, message, offset }) => ({
      rule,
      message,
      position: read.positionOf(offset),
    })),
  };
}

interface Item {
  readonly value: JsonRecord;
  /** Of the item within its document. */
  readonly path: string;
}

const isOurs = ({ value }: Item): boolean => asText(value['apiVersion'])?.split('/')[0] === group;

function itemsOf(value: unknown): readonly Item[] {
  const whole = asRecord(value);
  if (!asText(whole['kind'])?.endsWith('List') || !Array.isArray(whole['items']))
    return [{ value: whole, path: '' }];
  return asList(whole['items']).map((item, index) => ({
    value: asRecord(item),
    path: joinField('items', index),
  }));
}

function foundObject({ value: written, path }: Item, document: LintDocument, text: LintText): FoundObject {
  const { status: _status, ...object } = written;
  const metadata = asRecord(object['metadata']);
  const kind = asText(object['kind']) ?? '';
  return {
    written,
    object: {
      ...object,
      apiVersion: asText(object['apiVersion']) ?? '',
      kind,
      metadata: {
        name: asText(metadata['name']) ?? asText(metadata['generateName']) ?? '',
        ...(typeof metadata['namespace'] === 'string' ? { namespace: metadata['namespace'] } : {}),
      },
    },
    drafts: checkHeader(object, kind, metadata),
    position: (field) => {
      const whole = field === '' || path === '' ? path + field : `${path}.${field}`;
      return text.positionOf(offsetOf(document.document, whole));
    },
  };
}

function checkHeader(object: JsonRecord, kind: string, metadata: JsonRecord): readonly Draft[] {
  const drafts: Draft[] = [];
  const version = `${group}/${canaries.version}`;
  if (!kinds.includes(kind)) {
    const message = `kind is ${JSON.stringify(kind.slice(0, 80))}, and ${group} has ${kinds.join(', ')}`;
    drafts.push({ rule: 'OBJECT001', field: 'kind', message });
  } else if (object['apiVersion'] !== version) {
    const message = `apiVersion of a ${kind} is ${version}, which is the only one that the CRDs serve`;
    drafts.push({ rule: 'OBJECT001', field: 'apiVersion', message });
  }
  const name = metadata['name'] ?? metadata['generateName'];
  if (typeof name !== 'string' || name === '') {
    const message = 'metadata.name is not there, or no text: give the object a name';
    drafts.push({ rule: 'OBJECT002', field: 'metadata.name', message });
  }
  return drafts;
}
