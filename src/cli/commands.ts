import { setFlagsFromString } from 'node:v8';
import type { Environment } from './environment.ts';

export type RunCommand = (args: readonly string[], env: Environment) => Promise<number>;

export interface CliCommand {
  readonly name: string;
  readonly summary: string;
  /** Not listed: programs that stand in for others. */
  readonly hidden?: boolean;
  readonly load: () => Promise<RunCommand>;
}

export const commands: readonly CliCommand[] = [
  {
    name: 'start',
    summary:
      'a local cluster with controller, tester and the example: watch a rollout (--once: until it is over)',
    load: async () => (await import('./start.ts')).runStart,
  },
  {
    name: 'controller',
    summary: "the controller, with Flagger's flags",
    load: async () => {
      // It runs for months and works little: 16 MB less at the start, for code that is a little slower when hot.
      setFlagsFromString('--optimize-for-size');
      return (await import('./controller.ts')).runController;
    },
  },
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
  {
    name: 'abort',
    summary: 'end the run of a canary that is on, and roll back',
    load: async () => (await import('./abort.ts')).runAbort,
  },
  {
    name: 'adopt',
    summary: 'say what the controller would make of canaries that Flagger left (--dry-run)',
    load: async () => (await import('./adopt.ts')).runAdopt,
  },
  {
    name: 'version',
    summary: 'the version of this program',
    load: async () => (await import('./version.ts')).runVersion,
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

export function usage(): string {
  const listed = commands.filter((command) => command.hidden !== true);
  const width = Math.max(...listed.map((command) => command.name.length));
  const lines = listed.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`);
  return [
    'Usage: sluice <command> [flags]',
    '',
    'Commands:',
    ...lines,
    '',
    'sluice <command> --help lists its flags.',
  ].join('\n');
}
