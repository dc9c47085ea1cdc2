import type { CanaryStatus, HookResult, Phase } from '../../api/canary-status.ts';

/** Icon of each phase; a word stands beside it, so that colour is never the only sign. */
export const phaseIcon: Readonly<Record<Phase, string>> = {
  '': '◌',
  Initializing: '◌',
  Initialized: '✔',
  Waiting: '◷',
  Progressing: '▶',
  WaitingPromotion: '◷',
  Promoting: '▶',
  Finalising: '▶',
  Succeeded: '✔',
  Failed: '✖',
  Terminating: '◌',
  Terminated: '✔',
};

/** Word for a hook's outcome: one code means different things for different types of hook. */
export function judgedWord(hook: Pick<HookResult, 'type' | 'outcome'>): string {
  const passed = hook.outcome === 'passed';
  if (hook.outcome === 'failed') return 'no answer';
  if (hook.type === 'rollback') return passed ? 'ROLL BACK' : 'clear';
  if (hook.type.startsWith('confirm-')) return passed ? 'open' : 'hold';
  if (hook.type === 'event') return passed ? 'delivered' : 'lost';
  return passed ? 'pass' : 'fail';
}

/** `✔ start gate (confirm-rollout) 200 open 12ms` */
export function hookLine(hook: HookResult): string {
  const good = hook.type === 'rollback' ? hook.outcome !== 'passed' : hook.outcome === 'passed';
  const icon = hook.outcome === 'failed' ? '!' : good ? '✔' : hook.type.startsWith('confirm-') ? '◷' : '✖';
  return `${icon} ${hook.name} (${hook.type}) ${hook.code ?? '-'} ${judgedWord(hook)} ${formatMs(hook.durationMs)}`;
}

export const formatMs = (milliseconds: number): string =>
  milliseconds < 1000 ? `${milliseconds}ms` : `${(milliseconds / 1000).toFixed(1)}s`;

export const waitsFor = (status: CanaryStatus): string => status.waiting?.message ?? '';
