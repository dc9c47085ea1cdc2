/** Builtins and reserved words of sh and bash that look like the name of a program. */
const ownWords: ReadonlySet<string> = new Set(
  `. : alias bg bind break builtin caller case cd command compgen complete compopt continue coproc declare dirs disown do
  done echo elif else enable esac eval exec exit export false fc fg fi for function getopts hash help history if in jobs
  kill let local logout mapfile popd printf pushd pwd read readarray readonly return select set shift shopt source suspend
  test then time times trap true type typeset ulimit umask unalias unset until wait while`.split(/\s+/),
);

const assignments = String.raw`(?:[A-Za-z_]\w*=[\w./:,@%+-]*[ \t]+)*`;
const word = String.raw`([\w./+-][\w./+@%:,-]*)`;
/** What ends a word, and makes it no name of a function. */
const end = String.raw`(?=[\s;&|<>]|$)(?!\s*\()`;
const simpleCommand = new RegExp(`^\\s*${assignments}${word}${end}`);

/**
 * The program that a shell command begins with, when that is certain: a plain word, after plain assignments, that is
 * neither built into the shell nor a function. Undefined when only a shell can tell.
 */
export function shellProgram(command: string): string | undefined {
  const name = simpleCommand.exec(command)?.[1];
  if (name === undefined || ownWords.has(name)) return undefined;
  // Its own assignment decides where it is looked for.
  return /^\s*(?:\w+=\S*\s+)*PATH=/.test(command) ? undefined : name;
}
