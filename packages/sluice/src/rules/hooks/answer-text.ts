import type { HookAnswer } from '../../ports/hooks.ts';
import type { Hook } from './hooks.ts';

const longest = 300;

/** `confirm-promotion hook "gate" is closed (403 Forbidden)`, why it could not be asked, or which approval it waits for. */
export function describeGate(hook: Hook, answer: HookAnswer): string {
  if (hook.spec.approval !== undefined) return `${hook.type} "${hook.name}" ${answer.message}`;
  const judged = answer.outcome === 'failed' ? 'could not be asked' : 'is closed';
  const text = textOf(answer);
  return `${hook.type} hook "${hook.name}" ${judged}${text === '' ? '' : ` (${text})`}`;
}

/** `rollout hook "load" failed: 500 error rate 40 %`, or why it could not tell. */
export function describeCheck(hook: Hook, answer: HookAnswer): string {
  const judged = answer.outcome === 'failed' ? 'could not tell' : 'failed';
  const text = textOf(answer);
  return `${hook.type} hook "${hook.name}" ${judged}${text === '' ? '' : `: ${text}`}`;
}

/** An answer without a text of its own is described by its status line, which has the code already. */
function textOf({ code, message }: HookAnswer): string {
  const text = code === undefined || message.startsWith(`${code}`) ? message : `${code} ${message}`;
  return text.trim().slice(0, longest);
}
