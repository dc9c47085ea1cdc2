import type { Scaler } from '../ports/scaler.ts';
import { hpa } from './hpa.ts';
import { scaledObject } from './scaled-object.ts';

export const scalers: readonly Scaler[] = [hpa, scaledObject];

/** Finds a scaler by its exact `spec.autoscalerRef.kind`. Undefined: Sluice cannot work with this kind. */
export function findScaler(kind: string): Scaler | undefined {
  return scalers.find((scaler) => scaler.kind === kind);
}
