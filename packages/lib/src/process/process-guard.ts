import { spawn } from 'node:child_process';
import { killGroup } from './kill-group.ts';

/**
 * Records process groups twice: here, for an orderly end, and in a small shell that ends them when this process
 * cannot do so itself, after a SIGKILL or a crash.
 */
export interface ProcessGuard {
  add(processGroup: number): void;
  remove(processGroup: number): void;
  /** Ends the groups that are left (after the grace, if there is one, without waiting for it), and the guard. */
  close(): void;
}

export interface ProcessGuardOptions {
  /** PATH of the shell, its only environment variable. */
  readonly path: string;
  /** Groups that are left get SIGTERM, and SIGKILL this much later; default 0: SIGKILL at once. */
  readonly graceSeconds?: number;
  /** Folder that only the groups use: removed with them. */
  readonly folder?: string;
}

/**
 * Reads `add 123` and `remove 123` until its standard input ends, which ends with the process that started it,
 * then ends the groups that are left. It is a shell, because a second Node would take 40 MB for this.
 * dash does not support `kill -TERM -- -1`, but does support `kill -s TERM -- -1`.
 */
const script = `trap '' INT TERM HUP
groups=' '
while read -r verb id; do
  case $verb in
    add) groups="$groups$id " ;;
    remove) case "$groups" in *" $id "*) groups="\${groups%%" $id "*} \${groups#*" $id "}" ;; esac ;;
  esac
done
[ -z "$2" ] || rm -rf -- "$2"
[ "$groups" = ' ' ] && exit 0
end() { for id in $groups; do kill -s "$1" -- "-$id" 2>/dev/null; done; }
[ "$1" = 0 ] || { end TERM; sleep "$1"; }
end KILL`;

export function startProcessGuard({
  path,
  graceSeconds = 0,
  folder = '',
}: ProcessGuardOptions): ProcessGuard {
  const groups = new Set<number>();
  // Its own group, so that Ctrl-C on the terminal does not reach it.
  const shell = spawn('/bin/sh', ['-c', script, 'sluice-guard', String(graceSeconds), folder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { PATH: path },
  });
  // An image with only Node has no shell, and an orderly end needs none.
  shell.on('error', () => undefined);
  shell.stdin.on('error', () => undefined);
  shell.unref();
  const tell = (verb: 'add' | 'remove', id: number): void => {
    if (shell.stdin.writable) shell.stdin.write(`${verb} ${id}\n`);
  };

  return {
    add(id) {
      groups.add(id);
      tell('add', id);
    },
    remove(id) {
      if (groups.delete(id)) tell('remove', id);
    },
    close() {
      if (graceSeconds === 0) for (const id of groups) killGroup(id, 'SIGKILL');
      groups.clear();
      shell.stdin.end();
    },
  };
}
