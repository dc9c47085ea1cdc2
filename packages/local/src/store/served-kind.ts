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

/** Where the `scale` subresource reads and writes, as paths such as `.spec.replicas`. */
export interface ScalePaths {
  readonly specReplicas: string;
  readonly statusReplicas: string;
  readonly selector?: string;
}

export interface CustomVersion {
  readonly schema: JsonObject | undefined;
  readonly columns: readonly PrinterColumn[] | undefined;
}

/** One kind as it is served: what discovery tells, and what the store must know to write it rightly. */
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
  /** Only of kinds that come from a CustomResourceDefinition: what each version declares. */
  readonly custom?: ReadonlyMap<string, CustomVersion>;
}
