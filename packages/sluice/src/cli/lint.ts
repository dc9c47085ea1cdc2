import { CommanderError, InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { describeError, SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import { parseGoDuration } from '@sluice/lib/time/duration.ts';
import type { LintReport } from '../lint/finding.ts';
import { lint } from '../lint/lint.ts';
import type { LintParts } from '../lint/lint-parts.ts';
import { reportLines } from '../lint/report-lines.ts';
import { reportSarif } from '../lint/report-sarif.ts';
import { reportValue } from '../lint/report-value.ts';
import { findMetricProvider } from '../metrics/index.ts';
import { findRouter } from '../routers/index.ts';
import { findScaler } from '../scalers/index.ts';
import { findWorkload } from '../workloads/index.ts';
import { exitCodes } from './exit-codes.ts';
import type { ExitMeanings } from './help.ts';
import { readLintFiles } from './lint-files.ts';
import { peopleCommand } from './people-command.ts';
import { print } from './print.ts';
import { version } from './version.ts';

const formats = ['text', 'json', 'sarif'] as const;

interface LintFlags {
  readonly filename?: readonly string[];
  readonly output: (typeof formats)[number];
  readonly strict?: true;
  readonly meshProvider?: string;
  /** Milliseconds. */
  readonly minInterval: number;
  readonly crossNamespaceRefs: boolean;
}

const parts: LintParts = {
  findRouter,
  findWorkload,
  findScaler,
  isMetricProvider: (type) => findMetricProvider(type) !== undefined,
};

/** `sluice lint FILE...`: checks manifests without a cluster. Resolves to the exit code. */
export async function runLint(args: readonly string[]): Promise<number> {
  const command = lintCommand();
  let report: LintReport;
  try {
    command.parse([...args], { from: 'user' });
    const flags = command.opts<LintFlags>();
    const names = [...(flags.filename ?? []), ...command.args];
    if (names.length === 0) throw new SluiceError('name at least one file, or - for standard input');
    report = lint(await readLintFiles(names), parts, {
      meshProvider: flags.meshProvider,
      minimumIntervalMs: flags.minInterval,
      noCrossNamespaceRefs: !flags.crossNamespaceRefs,
    });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    if (!(error instanceof SluiceError)) throw error;
    print.err(`sluice lint: ${describeError(error)}`, 'sluice help lint lists the flags');
    return exitCodes.usage;
  }
  const { output, strict } = command.opts<LintFlags>();
  show(report, output);
  const { error, warning } = report.counts;
  return error > 0 || (strict === true && warning > 0) ? exitCodes.answeredNo : exitCodes.done;
}

const about =
  'Check Canaries, MetricTemplates and AlertProviders in YAML or JSON files, without a cluster. ' +
  'Objects of other kinds are skipped.';

const exits: ExitMeanings = {
  [exitCodes.done]: 'no errors; with --strict no warnings either',
  [exitCodes.usage]: 'the command line is wrong, or a file cannot be read',
  [exitCodes.answeredNo]: 'errors were found; with --strict warnings, too',
};

function lintCommand(): Command {
  return peopleCommand('lint', about, exits)
    .argument('[file...]', 'files to check; - is standard input')
    .option('-f, --filename <file...>', 'the same, as kubectl names files')
    .addOption(new Option('-o, --output <format>', 'form of the report').choices(formats).default('text'))
    .option('--strict', 'end with 3 for warnings, too')
    .option('--mesh-provider <name>', "the controller's -mesh-provider, for Canaries that name no provider")
    .option('--min-interval <duration>', "the controller's -min-interval", toMilliseconds, 10_000)
    .option('--no-cross-namespace-refs', 'check for a controller with -no-cross-namespace-refs');
}

/** Throws commander's error for what is no duration. */
function toMilliseconds(text: string): number {
  try {
    return parseGoDuration(text);
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error;
    throw new InvalidArgumentError(error.message);
  }
}

function show(report: LintReport, format: LintFlags['output']): void {
  if (format === 'json') print.json(reportValue(report));
  else if (format === 'sarif') print.json(reportSarif(report, version));
  else print.out(...reportLines(report));
}
