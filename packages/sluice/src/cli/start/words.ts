import type { CanaryStatus, HookResult, Phase } from '../../api/canary-status.ts';
import { judgedWord } from '../../view/judged-word.ts';

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

/** `✔ start gate (confirm-rollout) 200 open 12ms` */
export function hookLine(hook: HookResult): string {
  const good = hook.type === 'rollback' ? hook.outcome !== 'passed' : hook.outcome === 'passed';
  const icon = hook.outcome === 'failed' ? '!' : good ? '✔' : hook.type.startsWith('confirm-') ? '◷' : '✖';
  const word = hook.outcome === 'failed' ? 'no answer' : judgedWord(hook);
  return `${icon} ${hook.name} (${hook.type}) ${hook.code ?? '-'} ${word} ${formatMs(hook.durationMs)}`;
}

export const formatMs = (milliseconds: number): string =>
  milliseconds < 1000 ? `${milliseconds}ms` : `${(milliseconds / 1000).toFixed(1)}s`;

export const waitsFor = (status: CanaryStatus): string => status.waiting?.message ?? '';
