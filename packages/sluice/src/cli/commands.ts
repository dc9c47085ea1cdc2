import { abort, adopt, chat, console, controller, lint, version } from './cluster-commands.ts';
import type { CliCommand } from './command.ts';
import { rolloutCommands } from './rollout-commands.ts';

export const commands: readonly CliCommand[] = [
  {
    name: 'start',
    summary:
      'a local cluster with controller, tester and the example: watch a rollout (--once: until it is over)',
    load: async () => (await import('./start.ts')).runStart,
  },
  controller,
  {
    name: 'tester',
    summary: 'the receiving side: gates, rollback switches, load and helm tests',
    load: async () => (await import('./tester.ts')).runTester,
  },
  {
    name: 'local',
    summary: 'a small Kubernetes on this machine, for trying and testing',
    load: async () => (await import('./local.ts')).runLocal,
  },
  ...rolloutCommands,
  console,
  abort,
  adopt,
  lint,
  chat,
  version,
  {
    name: 'completion',
    summary: 'completion for bash, zsh, fish or powershell',
    load: async () => (await import('./completion.ts')).runCompletion,
  },
  {
    name: '__complete',
    summary: 'candidates for a shell',
    hidden: true,
    load: async () => (await import('./completion.ts')).completeWith(commands),
  },
  {
    name: 'hey',
    summary: 'stand-in for hey',
    hidden: true,
    load: async () => (await import('./hey.ts')).runHey,
  },
  {
    name: 'helm',
    summary: 'stand-in for helm test',
    hidden: true,
    load: async () => (await import('./helm.ts')).runHelm,
  },
];
