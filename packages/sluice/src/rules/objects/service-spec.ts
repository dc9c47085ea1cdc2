import type { Canary, CanaryService } from '../../api/canary.ts';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import { keyOf } from './names.ts';

/** `spec.service`, which the schema does not require, but every service and route does. */
export function serviceOf(canary: Canary): CanaryService {
  if (canary.spec.service !== undefined) return canary.spec.service;
  throw new SluiceError(`Canary ${keyOf(canary)}: spec.service is missing; give it at least a port`);
}
