import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import { inside } from '@sluice/lib/fs/inside.ts';
import { modulePath } from '../module-path.ts';

/** Command of each program by name; its own arguments are appended. */
export type ProgramTable = Readonly<Record<string, readonly [string, ...string[]]>>;

const node = process.execPath;
const ours: ProgramTable = {
  grpc_health_probe: [node, modulePath('./programs/grpc-health-probe')],
};
const podcli = [node, modulePath('./programs/podcli')];
const fetchers: ProgramTable = {
  curl: [node, modulePath('./programs/curl')],
  wget: [node, modulePath('./programs/wget')],
};

/** Writes one small shell script for each program into `<directory>/programs`, and returns that folder. */
export function writePrograms(directory: string, extra: ProgramTable): string {
  const folder = join(directory, 'programs');
  try {
    mkdirSync(folder, { recursive: true });
    writeProgram(folder, 'podcli', podcliScript(folder, podcli));
    for (const [name, argv] of Object.entries({ ...ours, ...extra })) {
      writeProgram(folder, name, `exec ${argv.map(quote).join(' ')} "$@"`);
    }
    for (const [name, argv] of Object.entries(fetchers)) {
      if (extra[name] === undefined) writeProgram(folder, name, fetcherScript(folder, name, argv));
    }
  } catch (error) {
    throw new SluiceError(
      `programs for containers could not be written to ${folder}; choose another directory`,
      {
        cause: error,
      },
    );
  }
  return folder;
}

function writeProgram(folder: string, name: string, body: string): void {
  const file = inside(folder, name);
  writeFileSync(file, `#!/bin/sh\n${body}\n`);
  chmodSync(file, 0o755);
}

/**
 * Replaces `localhost`, which is the pod in a container and the machine here. Runs the machine's own program if there
 * is one (both read `http_proxy`), else the stand-in.
 */
function fetcherScript(folder: string, name: string, argv: readonly string[]): string {
  return `for argument do
  shift
  if [ -n "$POD_IP" ]; then
    case "$argument" in
      http://localhost|http://localhost[:/]*) argument="http://$POD_IP\${argument#http://localhost}" ;;
      http://127.0.0.1|http://127.0.0.1[:/]*) argument="http://$POD_IP\${argument#http://127.0.0.1}" ;;
      localhost|localhost[:/]*) argument="$POD_IP\${argument#localhost}" ;;
      127.0.0.1|127.0.0.1[:/]*) argument="$POD_IP\${argument#127.0.0.1}" ;;
    esac
  fi
  set -- "$@" "$argument"
done
${findReal(folder, name)}
[ -n "$real" ] && exec "$real" "$@"
exec ${argv.map(quote).join(' ')} "$@"`;
}

/** Sets `$real` to the machine's own program, outside of our folder; in plain shell, as PATH may hold nothing else. */
function findReal(folder: string, name: string): string {
  return `real=
IFS=:
for entry in $PATH; do
  [ "$entry" != ${quote(folder)} ] && [ -x "$entry/${name}" ] && real="$entry/${name}" && break
done
unset IFS`;
}

/** Prefers curl: probes run often, and starting curl takes a tenth of the time that starting Node does. */
function podcliScript(folder: string, argv: readonly string[]): string {
  return `if [ "$1 $2" = 'check http' ] && [ $# -eq 3 ]; then
${findReal(folder, 'curl')}
  if [ -n "$real" ]; then
    exec ${quote(join(folder, 'curl'))} --noproxy '*' -sSf -m 1 -o /dev/null "$3"
  fi
fi
exec ${argv.map(quote).join(' ')} "$@"`;
}

const quote = (value: string): string => `'${value.replaceAll("'", `'\\''`)}'`;
