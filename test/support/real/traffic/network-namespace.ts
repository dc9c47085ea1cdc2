import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { asRecord, asText } from '@sluice/lib/json/json-read.ts';
import { guardedFolder } from '../guarded-spawn.ts';

/** Methods that a program in a namespace offers to the one that started it: arguments and answers are plain data. */
export type Offer<T> = { readonly [K in keyof T]: (...args: never[]) => Promise<unknown> };

export interface Inside<T extends Offer<T>> {
  call<K extends keyof T & string>(name: K, ...args: Parameters<T[K]>): Promise<Awaited<ReturnType<T[K]>>>;
  /** Ends the program and everything that it started. */
  close(): Promise<void>;
}

/** Where pods have their addresses. All of it is this machine's own, as 127.0.0.0/8 is: a server may listen at any of them. */
const setUp = 'ip link set lo up && ip route add local 10.0.0.0/8 dev lo';

/** Whoever is not root is root in a user namespace of its own. Processes have a namespace, too: none outlives the first. */
const flags = [
  ...(process.getuid?.() === 0 ? [] : ['--map-root-user']),
  '--net',
  '--pid',
  '--fork',
  '--kill-child',
];

/** Why no network namespace can be had here; undefined where one can. */
export function lackOfNetworkNamespace(): string | undefined {
  const { error, status, stderr } = spawnSync('unshare', [...flags, 'sh', '-c', setUp], { encoding: 'utf8' });
  if (error !== undefined) return error.message;
  return status === 0 ? undefined : stderr.trim();
}

/** Runs a Node program that calls `answerCalls` in a network namespace where nothing is reachable but itself. */
export function startInNetworkNamespace<T extends Offer<T>>(
  program: string,
  args: readonly string[] = [],
): Inside<T> {
  const command = ['sh', '-c', `${setUp} && exec "$@"`, 'sh', process.execPath, program, ...args];
  // With the first process of a namespace all others end at once: nobody in there could clear up after them.
  const env = { ...process.env, TMPDIR: guardedFolder('namespace') };
  const child = spawn('unshare', [...flags, ...command], {
    env,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const open = new Map<number, { resolve(answer: unknown): void; reject(error: Error): void }>();
  let isOver = false;
  let lastId = 0;
  child.on('message', (message) => {
    const { id, answer, error } = asRecord(message);
    const call = open.get(Number(id));
    open.delete(Number(id));
    if (error === undefined) call?.resolve(answer);
    else call?.reject(new Error(asText(error) ?? 'no reason given'));
  });
  const ended = endOf(child).then((how) => {
    isOver = true;
    for (const call of open.values()) call.reject(new Error(`${program} has ended: ${how}`));
    open.clear();
  });
  return {
    call: (name, ...args) =>
      new Promise((resolve, reject) => {
        if (isOver) return reject(new Error(`${program} has ended`));
        const id = (lastId += 1);
        // The answer's type is that of the method: both sides are one program's text.
        open.set(id, { resolve: (answer) => resolve(answer as never), reject });
        child.send({ id, name, args });
      }),
    async close() {
      if (!isOver) child.send({ id: 0, name: 'close', args: [] });
      const cut = setTimeout(() => child.kill('SIGKILL'), 20_000);
      await ended;
      clearTimeout(cut);
    },
  };
}

const endOf = (child: ChildProcess): Promise<string> =>
  new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });

/** The other side, in the namespace. Ends this process after `close`, which it also calls when nobody is left to ask. */
export function answerCalls<T extends Offer<T>>(offer: T, close: () => Promise<void>): void {
  const end = (): void => void close().finally(() => process.exit());
  const table = new Map<string, (...args: never[]) => Promise<unknown>>(Object.entries(offer));
  process.once('disconnect', end);
  process.on('message', (message) => {
    const { id, name, args } = asRecord(message);
    if (name === 'close') return end();
    const method = table.get(String(name));
    const answer =
      method?.(...(Array.isArray(args) ? (args as never[]) : [])) ?? Promise.reject(new Error('unknown'));
    void answer.then(
      (value) => process.send?.({ id, answer: value }),
      (error: unknown) => process.send?.({ id, error: `${String(name)}: ${String(error)}` }),
    );
  });
}
