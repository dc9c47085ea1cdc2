import type { Seen } from '../seen.ts';
import { patchObject } from './write-object.ts';
import type { Writing } from './write-object.ts';

interface Pausing extends Writing {
  readonly seen: Seen;
}

/**
 * Pauses the scaler of the target before the target is scaled to zero, so that the scaler does not start it again. The
 * same guard applies: a scaler that is paused at zero stops its workload itself.
 */
export const pauseScaler = (pausing: Pausing): Promise<void> => patchScaler(pausing, 'pausePatch');

/** Resumes the scaler of the target before the target is scaled up: a paused scaler would stop it again. */
export const resumeScaler = (pausing: Pausing): Promise<void> => patchScaler(pausing, 'resumePatch');

async function patchScaler(pausing: Pausing, change: 'pausePatch' | 'resumePatch'): Promise<void> {
  const { scaling } = pausing.seen;
  const patch = scaling?.target && scaling.scaler[change](scaling.target);
  if (scaling?.target === undefined || patch === undefined) return;
  await patchObject(pausing, scaling.scaler.resource, scaling.target, patch);
}
