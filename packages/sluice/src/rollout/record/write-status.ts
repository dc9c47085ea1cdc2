import type { CanaryStatus } from '../../api/canary.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { canaries } from '../../api/resources.ts';
import { asRecord } from '@sluice/lib/json/json-read.ts';
import { isConflict } from '@sluice/kube/objects/kube-error.ts';
import { diffPatch, sameJson } from '@sluice/lib/json/merge.ts';
import { encodeStatus } from '../../rules/run/adopted-names.ts';
import { printableStatus } from '../../rules/run/printable-status.ts';
import type { RolloutDeps } from '../deps.ts';
import { noteAttempt, noteWritten } from './book.ts';
import type { StatusBook } from './book.ts';

/**
 * Writes what changed of a status, in one patch that carries the resourceVersion read. `raw` is the Canary that it was
 * decided on, as it stands on the server. When only something else of the object moved meanwhile (a label), the same
 * draft is written again; when spec or status did, the answer is `conflict` and the pass decides anew.
 */
export async function writeStatus(
  deps: Pick<RolloutDeps, 'client' | 'cache'>,
  book: StatusBook,
  raw: AnyKubeObject,
  status: CanaryStatus,
  signal: AbortSignal,
): Promise<'written' | 'conflict'> {
  let encoded = encodeStatus(status);
  // guard: sentences-of-the-status-are-printable
  encoded = printableStatus(encoded);
  const patch = diffPatch(asRecord(raw['status']), { ...encoded });
  if (patch === undefined) return 'written';
  const ref = { namespace: raw.metadata.namespace ?? '', name: raw.metadata.name };
  const send = async (resourceVersion: string | undefined): Promise<AnyKubeObject> => {
    const body = { metadata: { /* guard: status-is-fenced */ resourceVersion }, status: patch };
    noteAttempt(book, encoded);
    const written = await deps.client.mergePatch(canaries, ref, body, { subresource: 'status' }, signal);
    deps.cache.remember(canaries, written);
    noteWritten(book, written);
    return written;
  };
  try {
    const sent = send(raw.metadata.resourceVersion);
    book.written = sent.then(versionOf, () => undefined);
    await sent;
    return 'written';
  } catch (error) {
    if (!isConflict(error)) throw error;
  }
  const fresh: AnyKubeObject = await deps.client.get(canaries, ref, signal);
  deps.cache.remember(canaries, fresh);
  // guard: a-draft-is-written-again-only-over-what-it-was-made-from
  if (!isUntouched(fresh, raw)) return 'conflict';
  try {
    await send(fresh.metadata.resourceVersion);
    return 'written';
  } catch (error) {
    if (isConflict(error)) return 'conflict';
    throw error;
  }
}

const isUntouched = (now: AnyKubeObject, before: AnyKubeObject): boolean =>
  sameJson(now['spec'], before['spec']) && sameJson(now['status'], before['status']);

const versionOf = ({ metadata }: AnyKubeObject): string | undefined => metadata.resourceVersion;
