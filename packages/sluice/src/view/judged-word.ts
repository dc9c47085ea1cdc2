import type { HookResult } from '../api/canary-status.ts';

/**
 * Word for a hook's last answer: one code means different things for different types of hook. An answer that did not
 * come counts as the careful one, so that a gate holds and a check fails; empty for a call that was cancelled.
 */
export function judgedWord({ type, outcome }: Pick<HookResult, 'type' | 'outcome'>): string {
  if (outcome === 'cancelled') return '';
  const passed = outcome === 'passed';
  if (type === 'rollback') return passed ? 'ROLL BACK' : 'clear';
  if (type.startsWith('confirm-')) return passed ? 'open' : 'hold';
  if (type === 'event' || type === 'post-rollout') return passed ? 'delivered' : 'lost';
  return passed ? 'pass' : 'fail';
}
