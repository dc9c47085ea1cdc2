import type { ResourceType } from '@sluice/kube/objects/kube-object.ts';
import type { JsonObject } from './json.ts';

export interface PrinterColumn {
  readonly name: string;
  readonly type: string;
  readonly format?: string;
  readonly description?: string;
  /** 0 is always shown, more only with `-o wide`. */
  readonly priority: number;
  readonly jsonPath: string;
}

/** Paths that the `scale` subresource reads and writes, such as `.spec.replicas`. */
export interface ScalePaths {
  readonly specReplicas: string;
  readonly statusReplicas: string;
  readonly selector?: string;
}

export interface CustomVersion {
  readonly schema: JsonObject | undefined;
  readonly columns: readonly PrinterColumn[] | undefined;
}

/** One served kind: the data for discovery, and the traits that the store needs to write it. */
export interface ServedKind {
  /** At the version in which objects are stored. */
  readonly resource: ResourceType;
  /** Every served version, the preferred one first; all are views of the same objects. */
  readonly versions: readonly string[];
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  /** Has a `status` subresource: ordinary writes keep the status. */
  readonly status: boolean;
  /** `metadata.generation` counts changes of the spec. */
  readonly generation: boolean;
  readonly scale?: ScalePaths;
  /** Only for kinds of a CustomResourceDefinition: schema and columns of each version. */
  readonly custom?: ReadonlyMap<string, CustomVersion>;
}
