import { spawn } from 'node:child_process';

/**
 * Ends process groups when this process is gone, however it went: a SIGKILL or a crash leaves it no time to
 * end them itself. A shell reads their ids from a pipe; the pipe's end is its sign.
 */
export interface GroupReaper {
  watch(processGroup: number): void;
  forget(processGroup: number): void;
  /** Lets the shell go, and with it whatever it still watches. */
  close(): void;
}

// `kill -TERM -- -1` is beyond dash; `kill -s TERM -- -1` is not.
const script = `
groups=' '
while read -r verb id; do
  case $verb in
    watch) groups="$groups$id " ;;
    forget) groups="\${groups%% $id *} \${groups#* $id }" ;;
  esac
done
rm -rf -- "$1"
[ "$groups" = ' ' ] && exit 0
for id in $groups; do kill -s TERM -- "-$id" 2>/dev/null; done
sleep 2
for id in $groups; do kill -s KILL -- "-$id" 2>/dev/null; done
exit 0`;

/** `folder` is removed as well: it is of use to tasks alone. */
export function createGroupReaper(folder: string): GroupReaper {
  // In a group of its own: a Ctrl-C that ends the tester must not end its last helper first.
  const shell = spawn('sh', ['-c', script, 'sluice-reaper', folder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const watched = new Set<number>();
  // Without a shell (an image of nothing but Node) tasks have none either; a clean end needs no reaper.
  shell.on('error', () => {});
  shell.stdin.on('error', () => {});
  shell.unref();
  const tell = (verb: string, id: number): void => {
    if (shell.stdin.writable) shell.stdin.write(`${verb} ${id}\n`);
  };
  return {
    watch(id) {
      watched.add(id);
      tell('watch', id);
    },
    forget(id) {
      if (watched.delete(id)) tell('forget', id);
    },
    close: () => void shell.stdin.end(),
  };
}
