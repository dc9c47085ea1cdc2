import { Command, CommanderError } from 'commander';
import { parseGoDuration } from '@sluice/lib/time/duration.ts';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';

export interface HelmTestOptions {
  readonly release: string;
  /** '' when neither the flag nor HELM_NAMESPACE is set. */
  readonly namespace: string;
  /** Deadline of each single wait, in milliseconds. */
  readonly timeoutMs: number;
  readonly logs: boolean;
  readonly hideNotes: boolean;
  /** Names of tests to run; empty: all. */
  readonly only: readonly string[];
  readonly except: readonly string[];
  readonly kubeconfig: string;
  readonly context: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the arguments of `helm test`. Throws `SluiceError` with a sentence for any other command of helm. */
export function parseHelmOptions(args: readonly string[], env: Environment): HelmTestOptions {
  const command = buildCommand();
  try {
    command.parse([...args], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) throw new SluiceError(error.message.replace(/^error: /, ''));
    throw error;
  }
  const [verb, release, ...others] = command.args;
  if (verb !== 'test') {
    const asked = verb === undefined ? 'nothing' : JSON.stringify(verb);
    throw new SluiceError(
      `this stand-in for helm knows "helm test" only, not ${asked}: install helm in the tester's image`,
    );
  }
  if (release === undefined || others.length > 0)
    throw new SluiceError('"helm test" requires 1 argument: the release');
  const options = command.opts<Record<string, string | boolean | readonly string[] | undefined>>();
  const text = (name: string, fallback = ''): string =>
    typeof options[name] === 'string' ? options[name] : fallback;
  const filters = Array.isArray(options['filter']) ? options['filter'].map(String) : [];
  const parsed = filters.flatMap((filter) => filter.split(',')).map(parseFilter);
  return {
    release,
    namespace: text('namespace', env['HELM_NAMESPACE'] ?? ''),
    timeoutMs: parseGoDuration(text('timeout', '5m')),
    logs: options['logs'] === true,
    hideNotes: options['hideNotes'] === true,
    only: parsed.filter((filter) => filter.wanted).map((filter) => filter.name),
    except: parsed.filter((filter) => !filter.wanted).map((filter) => filter.name),
    kubeconfig: text('kubeconfig'),
    context: text('kubeContext', env['HELM_KUBECONTEXT'] ?? ''),
  };
}

function buildCommand(): Command {
  const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];
  return new Command('helm')
    .argument('[words...]')
    .option('-n, --namespace <namespace>', '')
    .option('--timeout <duration>', '')
    .option('--logs', '')
    .option('--hide-notes', '')
    .option('--debug', '')
    .option('--filter <expression>', '', collect)
    .option('--kubeconfig <path>', '')
    .option('--kube-context <name>', '')
    .helpOption(false)
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
}

function parseFilter(filter: string): { readonly name: string; readonly wanted: boolean } {
  const match = /^(!?)\s*name=(!?)(.+)$/.exec(filter.trim());
  if (match === null)
    throw new SluiceError(`--filter takes name=TEST or !name=TEST, not ${JSON.stringify(filter)}`);
  return { name: match[3] ?? '', wanted: match[1] === '' && match[2] === '' };
}
