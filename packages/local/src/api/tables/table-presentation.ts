import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { listMeta, type Presentation, type PresentationContext } from '../presentation.ts';
import type { Column } from './column.ts';
import { columnsOf } from './columns-of.ts';

/** Tables (`meta.k8s.io/v1`), as `kubectl get` asks for them. */
export function tablePresentation({ target, query, now }: PresentationContext): Presentation {
  const columns = columnsOf(target);
  const include = query.get('includeObject') ?? 'Metadata';
  const definitions = columns.map(({ name, type, format = '', description = '', priority }) => ({
    name,
    type,
    format,
    description,
    priority,
  }));
  const table = (metadata: object, objects: readonly AnyKubeObject[], columnDefinitions: unknown) => ({
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions,
    rows: objects.map((object) => row(columns, object, include, now())),
  });
  const versionOf = (object: AnyKubeObject) => ({ resourceVersion: object.metadata.resourceVersion });
  return {
    one: (object) => table(versionOf(object), [object], definitions),
    list: (page) => table(listMeta(page), page.items, definitions),
    event() {
      let known = false;
      return (object) => {
        const first = !known;
        known = true;
        return table(versionOf(object), [object], first ? definitions : null);
      };
    },
  };
}

function row(columns: readonly Column[], object: AnyKubeObject, include: string, now: number) {
  const cells = columns.map((column) => column.cell(object, now) ?? null);
  if (include === 'None') return { cells };
  const metadata = { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata };
  return { cells, object: include === 'Object' ? object : metadata };
}
