import type { AnyKubeObject } from './kube-object.ts';

export type Canary = AnyKubeObject;
