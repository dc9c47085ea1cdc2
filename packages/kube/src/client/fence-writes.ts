import { KubeError } from '../objects/kube-error.ts';
import type { KubeClient } from '../ports/kube.ts';
import { nameOf } from './resource-path.ts';

/**
 * A client that writes only while `isLeader`. A process that was frozen, or cut off, for longer than its lease may
 * still send outdated writes. Most would fail by the version they carry, but an object that the new leader did not
 * change would accept them.
 */
export function fenceWrites(client: KubeClient, isLeader: () => boolean): KubeClient {
  const check = (attempt: string, signal: AbortSignal): void => {
    signal.throwIfAborted();
    if (isLeader()) return;
    const message = `${attempt}: not written, because this process does not hold the leader lease now`;
    // guard: writes-need-the-lease
    throw new KubeError(message, { code: 0, reason: 'NotLeading' });
  };
  return {
    get: (resource, ref, signal) => client.get(resource, ref, signal),
    list: (resource, options, signal) => client.list(resource, options, signal),
    watch: (resource, options, signal) => client.watch(resource, options, signal),
    async create(resource, object, signal) {
      check(`create ${nameOf(resource, object.metadata)}`, signal);
      return client.create(resource, object, signal);
    },
    async mergePatch(resource, ref, patch, options, signal) {
      check(`patch ${nameOf(resource, ref)}`, signal);
      return client.mergePatch(resource, ref, patch, options, signal);
    },
    async apply(resource, object, options, signal) {
      check(`apply ${nameOf(resource, object.metadata)}`, signal);
      return client.apply(resource, object, options, signal);
    },
    async delete(resource, ref, options, signal) {
      check(`delete ${nameOf(resource, ref)}`, signal);
      return client.delete(resource, ref, options, signal);
    },
  };
}
