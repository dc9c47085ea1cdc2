import { maskUrl } from '@sluice/lib/http/mask-url.ts';
import type { HookCall } from '@sluice/sluice/ports/hooks.ts';

/** A hook call as a canary `podinfo` in `test` would make it. */
export function hookCall(changes: Partial<HookCall> = {}): HookCall {
  return {
    id: 'delivery-1',
    name: 'gate',
    type: 'confirm-rollout',
    url: 'http://127.0.0.1:1/',
    shownAs: maskUrl(changes.url ?? 'http://127.0.0.1:1/'),
    timeoutMs: 10_000,
    retries: 0,
    insecureSkipVerify: false,
    payload: {
      name: 'podinfo',
      namespace: 'test',
      phase: 'Progressing',
      checksum: '85d557f47b',
      type: 'confirm-rollout',
    },
    ...changes,
  };
}
