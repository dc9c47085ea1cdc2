import { spawn } from 'node:child_process';

/**
 * Remembers the process groups of this cluster twice: here, for an orderly end, and in a tiny shell that
 * kills them should this process be killed before it can do so itself.
 */
export interface ProcessGuard {
  add(pid: number): void;
  remove(pid: number): void;
  /** Kills what is left and ends the guard. */
  close(): void;
}

/**
 * Reads `add 123` and `del 123` until its standard input ends, which it does with the process that started it,
 * then kills the groups that are left. A shell, because a second Node would take 40 MB for this.
 */
const script = `trap '' INT TERM HUP
groups=' '
while read -r verb id; do
  case $verb in
    add) groups="$groups$id " ;;
    del) case "$groups" in *" $id "*) groups="\${groups%%" $id "*} \${groups#*" $id "}" ;; esac ;;
  esac
done
for id in $groups; do kill -s KILL -- "-$id" 2>/dev/null; done`;

export function startProcessGuard(env: Readonly<Record<string, string>>): ProcessGuard {
  const groups = new Set<number>();
  // Its own group, so that Ctrl-C on the terminal does not reach it.
  const shell = spawn('/bin/sh', ['-c', script], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env,
  });
  shell.on('error', () => undefined);
  shell.stdin.on('error', () => undefined);
  shell.unref();

  return {
    add(pid) {
      groups.add(pid);
      shell.stdin.write(`add ${pid}\n`);
    },
    remove(pid) {
      groups.delete(pid);
      shell.stdin.write(`del ${pid}\n`);
    },
    close() {
      for (const pid of groups) killGroup(pid, 'SIGKILL');
      groups.clear();
      shell.stdin.end();
    },
  };
}

/** False when no process of the group is left. */
export function killGroup(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
}
