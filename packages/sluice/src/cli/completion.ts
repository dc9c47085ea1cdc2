import { CommanderError } from 'commander';
import type { CliCommand, RunCommand } from './command.ts';
import { exitCodes } from './exit-codes.ts';
import { peopleCommand } from './people-command.ts';
import { print } from './print.ts';
import { complete } from './rollouts/complete.ts';

const exits = {
  [exitCodes.done]: 'printed',
  [exitCodes.usage]: 'the command line is wrong',
};

const scripts: Readonly<Record<string, string>> = {
  bash: `_sluice() {
  local IFS=$'\\n'
  COMPREPLY=($(sluice __complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _sluice sluice`,
  zsh: `#compdef sluice
_sluice() {
  local -a found
  found=("\${(@f)$(sluice __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  compadd -- \${found:#}
}
if [ "$funcstack[1]" = "_sluice" ]; then _sluice; else compdef _sluice sluice; fi`,
  fish: `complete -c sluice -f -a '(sluice __complete (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)'`,
  powershell: `Register-ArgumentCompleter -Native -CommandName sluice -ScriptBlock {
  param($word, $line, $position)
  $words = @($line.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.ToString() })
  if ($word -eq '') { $words += '""' }
  sluice __complete @words 2>$null | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
}`,
};

const about = 'A script that completes commands, flags, canaries, namespaces, gates and contexts in a shell.';

/** `sluice completion SHELL`: prints the script. */
export const runCompletion: RunCommand = (args) => {
  const command = peopleCommand('completion', about, exits).argument(
    '<shell>',
    Object.keys(scripts).join(', '),
  );
  try {
    command.parse([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return Promise.resolve(error.exitCode === 0 ? exitCodes.done : exitCodes.usage);
  }
  const [shell = ''] = command.args;
  const script = Object.hasOwn(scripts, shell) ? scripts[shell] : undefined;
  if (script === undefined) {
    print.err(`sluice completion: no script for "${shell}"; write ${Object.keys(scripts).join(', ')}`);
    return Promise.resolve(exitCodes.usage);
  }
  print.text(`${script}\n`);
  return Promise.resolve(exitCodes.done);
};

/** `sluice __complete WORDS`: one candidate a line, none where anything goes wrong: somebody is typing. */
export const completeWith =
  (commands: readonly CliCommand[]): RunCommand =>
  async (args, env) => {
    try {
      const words = args.map((word) => (word === '""' ? '' : word));
      const found = await complete(commands, words, env);
      if (found.length > 0) print.out(...found);
    } catch {
      // Nothing is completed.
    }
    return exitCodes.done;
  };
