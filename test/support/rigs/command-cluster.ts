import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { namespaces } from '@sluice/kube/objects/resources.ts';
import { vi } from 'vitest';
import { createApiServer } from '@sluice/local/api/server.ts';
import { installBasics } from '@sluice/local/install-basics.ts';
import { createStore } from '@sluice/local/store/store.ts';
import type { Store } from '@sluice/local/store/store.ts';
import { writeKubeconfig } from '@sluice/local/write-kubeconfig.ts';
import type { Approval, CanaryStatus, DecisionRecord, Run } from '@sluice/sluice/api/canary-status.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import { commands } from '@sluice/sluice/cli/commands.ts';
import { shellWord } from '@sluice/sluice/cli/shell-word.ts';
import { runProgram } from '@sluice/sluice/cli/run-program.ts';
import { readDecisionRequest } from '@sluice/sluice/rules/people/decision-request.ts';

const root = join(import.meta.dirname, '../../..');
const main = join(root, 'packages/sluice/src/cli/main.ts');

export const at = '2026-01-01T00:00:00Z';

export const run: Run = {
  id: 'c0ffee'.repeat(5),
  revision: 'v1:7d4f9c0123456789',
  targetUid: 'u',
  targetGeneration: 1,
  startedAt: at,
  phaseSince: at,
  step: 1,
  round: 0,
  oldImages: ['podinfod=podinfo:1'],
  newImages: ['podinfod=podinfo:2'],
};

/** A promotion that waits for one person. */
export const approval: Approval = {
  id: 'g-0000000001',
  hook: 'go',
  index: 0,
  type: 'confirm-promotion',
  run: run.id,
  revision: run.revision,
  step: 1,
  since: at,
  needed: 1,
  state: 'waiting',
};

export interface Answer {
  readonly out: string;
  readonly err: string;
  readonly code: number | null;
}

export interface Started {
  readonly child: ChildProcess;
  /** Resolves once standard output has so many lines. */
  lines(count: number): Promise<readonly string[]>;
  readonly ended: Promise<Answer>;
}

/** An API server without a controller, and the command line as processes. */
export interface CommandCluster {
  readonly store: Store;
  readonly kubeconfig: string;
  /** Creates a Canary, or gives one another status. */
  putCanary(name: string, status: Partial<CanaryStatus>, spec?: object, namespace?: string): void;
  /** A controller that answers each decision with this result. */
  takeDecisions(result: string, message: string): void;
  /** Runs the program in this process, without a terminal: quick, and one at a time. */
  sluice(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Answer>;
  /** Runs it as a process of its own, without a terminal. */
  spawned(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Answer>;
  /** Starts it as a process of its own, to be looked at while it runs. */
  start(args: readonly string[], env?: Readonly<Record<string, string>>): Started;
  /** Runs it on a terminal of 100 columns, and types `typed` once it asks; `out` is all that the terminal gets. */
  atTerminal(
    args: readonly string[],
    typed?: string,
    env?: Readonly<Record<string, string>>,
  ): Promise<Pick<Answer, 'out' | 'code'>>;
  /**
   * Runs it on such a terminal, and types each text once the output after the one before it matches. `isCooked`: the
   * terminal was put back: it echoes, and reads lines.
   */
  converse(
    args: readonly string[],
    steps: readonly Step[],
  ): Promise<Pick<Answer, 'out' | 'code'> & { readonly isCooked: boolean }>;
  close(): Promise<void>;
}

export type Step = readonly [once: RegExp, deed: string | ((type: (text: string) => void) => void)];

export async function startCommandCluster(): Promise<CommandCluster> {
  const now = (): number => Date.now();
  const store = createStore({ now });
  installBasics(store, join(root, 'deploy/crds'));
  const server = await createApiServer({ store, now }).listen({ host: '127.0.0.1', port: 0 });
  const folder = mkdtempSync(join(tmpdir(), 'sluice-command-'));
  const kubeconfig = join(folder, 'config');
  writeKubeconfig(kubeconfig, server.url);
  const usual = { KUBECONFIG: kubeconfig, LC_ALL: 'C.UTF-8' };
  return {
    store,
    kubeconfig,
    putCanary: (name, status, spec = {}, namespace = 'default') =>
      putCanary(store, { namespace, name }, status, spec),
    takeDecisions: (result, message) => takeDecisions(store, result, message),
    sluice: (args, env = {}) => here(args, { ...usual, ...env }),
    spawned: (args, env = {}) => spawned(args, { ...usual, ...env }),
    start: (args, env = {}) => start(args, { ...usual, ...env }),
    atTerminal: (args, typed = '', env = {}) => atTerminal(args, typed, { ...usual, ...env }),
    converse: (args, steps) => converse(args, steps, usual),
    async close() {
      await server.close();
      rmSync(folder, { recursive: true });
    },
  };
}

function putCanary(
  store: Store,
  metadata: { readonly namespace: string; readonly name: string },
  status: Partial<CanaryStatus>,
  spec: object,
): void {
  const { namespace } = metadata;
  if (store.get(namespaces, { name: namespace }) === undefined)
    store.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  const present =
    store.get(canaries, metadata) ??
    store.create(canaries, {
      apiVersion: 'flagger.app/v1beta1',
      kind: 'Canary',
      metadata,
      spec: {
        targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: metadata.name },
        service: { port: 80 },
        analysis: { interval: '10s', threshold: 5, stepWeight: 10, maxWeight: 50 },
        ...spec,
      },
    });
  const whole = { phase: 'Progressing', failedChecks: 0, canaryWeight: 20, iterations: 0, ...status };
  store.update(canaries, { ...present, status: whole }, { subresource: 'status' });
}

function takeDecisions(store: Store, result: string, message: string): void {
  store.subscribe(canaries, ({ object }) => {
    const request = readDecisionRequest(object.metadata.annotations);
    const status = object['status'] as Partial<CanaryStatus> | undefined;
    const { decisions = [] } = status ?? {};
    if (request === undefined || decisions.some((one) => one.request === request.hash)) return;
    const { verb, by, via, reason, hash } = request;
    const record: DecisionRecord = {
      verb,
      by,
      verified: false,
      via,
      reason,
      at,
      result,
      message,
      request: hash,
    };
    setImmediate(() => {
      const { namespace = '', name } = object.metadata;
      const current = store.get(canaries, { namespace, name });
      if (current === undefined) return;
      const next = { ...status, decisions: [...decisions, record] };
      store.update(canaries, { ...current, status: next }, { subresource: 'status' });
    });
  });
}

async function here(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Answer> {
  const { exitCode } = process;
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const spies = [vi.spyOn(process.stdout, 'write'), vi.spyOn(process.stderr, 'write')];
  for (const spy of spies) spy.mockReturnValue(true);
  try {
    await runProgram(commands, args);
    const [out = '', err = ''] = spies.map((spy) =>
      spy.mock.calls.map(([written]) => String(written)).join(''),
    );
    return { out, err, code: Number(process.exitCode) };
  } finally {
    for (const spy of spies) spy.mockRestore();
    vi.unstubAllEnvs();
    process.exitCode = exitCode;
  }
}

const spawned = async (args: readonly string[], env: Readonly<Record<string, string>>): Promise<Answer> =>
  start(args, env).ended;

function start(args: readonly string[], env: Readonly<Record<string, string>>): Started {
  const child = spawn(process.execPath, [main, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  const listeners = new Set<() => void>();
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    for (const listener of listeners) listener();
  });
  return {
    child,
    ended: new Promise((resolve) => {
      child.once('close', (code) => resolve({ out, err, code }));
    }),
    lines: (count) =>
      new Promise((resolve) => {
        const look = (): void => {
          const lines = out.split('\n').slice(0, -1);
          if (lines.length >= count) resolve(lines);
        };
        listeners.add(look);
        look();
      }),
  };
}

/** By `script` of util-linux, which gives the program a terminal of its own. */
async function atTerminal(
  args: readonly string[],
  typed: string,
  env: Readonly<Record<string, string>>,
): Promise<Pick<Answer, 'out' | 'code'>> {
  const line = [process.execPath, main, ...args].map(shellWord).join(' ');
  const child = spawn('script', ['-qec', `stty cols 100 rows 40; exec ${line}`, '/dev/null'], {
    env: { ...process.env, TERM: 'xterm-256color', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  let out = '';
  let isAsked = false;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    if (isAsked || !/(\[y\/N\]|\):) $/.test(out)) return;
    isAsked = true;
    child.stdin.write(typed);
  });
  const code = await ended;
  return { out: out.replaceAll('\r\n', '\n'), code };
}

async function converse(
  args: readonly string[],
  steps: readonly Step[],
  env: Readonly<Record<string, string>>,
): Promise<Pick<Answer, 'out' | 'code'> & { readonly isCooked: boolean }> {
  const line = [process.execPath, main, ...args].map(shellWord).join(' ');
  const shell = `stty cols 100 rows 40; ${line}; code=$?; printf '\\036'; stty -a; exit $code`;
  const child = spawn('script', ['-qec', shell, '/dev/null'], {
    env: { ...process.env, TERM: 'xterm-256color', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const left = [...steps];
  let out = '';
  let from = 0;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    const [once, deed = ''] = left[0] ?? [];
    if (once?.test(out.slice(from)) !== true) return;
    from = out.length;
    left.shift();
    const type = (typed: string): void => void child.stdin.write(typed);
    if (typeof deed === 'string') type(deed);
    else deed(type);
  });
  const code = await ended;
  const [written = '', modes = ''] = out.replaceAll('\r\n', '\n').split('\u001e');
  return { out: written, code, isCooked: /[^-]icanon/.test(modes) && /[^-]echo\b/.test(modes) };
}
