import type { CanaryStatus } from '../../api/canary-status.ts';
import { KubeError } from '@sluice/kube/objects/kube-error.ts';
import { describeError, SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import type { Writing } from '../carry-out/write-object.ts';
import type { RolloutDeps } from '../deps.ts';
import { clearWarning, warnOnce } from '../draft.ts';
import type { Draft } from '../draft.ts';
import type { Blocked, DutyFact } from '../held.ts';
import type { CanaryMemory } from '../memory.ts';
import type { Seen } from '../seen.ts';

/**
 * The arguments of a duty. A duty makes objects match `status`, the recorded one. It never writes the status, and uses the
 * draft only to announce.
 */
export interface Holding extends Writing {
  readonly deps: Pick<RolloutDeps, 'client' | 'cache' | 'options' | 'providers' | 'log'>;
  readonly seen: Seen;
  readonly status: CanaryStatus;
  readonly draft: Pick<Draft, 'announcements' | 'effects'>;
  readonly memory: CanaryMemory;
}

export const matches: DutyFact = { state: 'matches' };

/** Runs one duty. Its failure becomes a fact, so that it stops no other duty and no brake. */
export async function attempt(
  holding: Holding,
  duty: (holding: Holding) => DutyFact | Promise<DutyFact>,
): Promise<DutyFact> {
  try {
    return await duty(holding);
  } catch (error) {
    holding.signal.throwIfAborted();
    return blockedBy(holding, error, true);
  }
}

/** An API failure is retried; an error of the spec or of an object waits for a person. Throws anything else: it is a defect. */
export function blockedBy(holding: Holding, error: unknown, bars: boolean): Blocked {
  const message = describeError(error);
  if (error instanceof KubeError) {
    // Trying again may help against anything but a refusal.
    if (!error.retryable && error.code !== 409) warnRefused(holding, error, message);
    return { state: 'blocked', bars, failure: error, wait: { for: 'api', reason: 'ApiFailed', message } };
  }
  if (!(error instanceof SluiceError)) throw error;
  warnOnce(holding, 'CannotProceed', message, `${cannot}${message}`);
  return { state: 'blocked', bars, wait: { for: 'person', reason: 'CannotProceed', message } };
}

const refused = 'ApiRefused ';
const cannot = 'CannotProceed ';

/** Once for each request, `patch Deployment test/podinfo`, and code: webhooks of others like to say the time. */
function warnRefused(holding: Holding, { code }: KubeError, message: string): void {
  const [attempted = ''] = message.split(': ', 1);
  // guard: each-refusal-is-said-once
  warnOnce(holding, 'ApiRefused', message, `${refused}${attempted}`, String(code));
}

/** Forgets the refusals once no duty is blocked, so that new ones are announced again. */
export function forgetRefusals(holding: Holding, facts: readonly DutyFact[]): void {
  if (facts.some(({ state }) => state === 'blocked')) return;
  for (const about of holding.memory.warned.keys())
    if (about.startsWith(refused) || about.startsWith(cannot)) clearWarning(holding, about);
}
