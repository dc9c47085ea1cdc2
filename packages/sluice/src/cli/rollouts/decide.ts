import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import type { DecisionRecord, Verb } from '../../api/canary-status.ts';
import { requestDecision } from '../../people/request-decision.ts';
import type { User } from '../../people/who-am-i.ts';
import { shortRevision } from '../../rules/run/revision.ts';
import type { RolloutView } from '../../view/rollout-view.ts';
import type { RunCommand } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import type { ExitMeanings } from '../help.ts';
import { confirm } from './confirm.ts';
import type { Question } from './confirm.ts';
import { CommandFailure } from './failure.ts';
import { inFrame } from './frame.ts';
import type { Call, CommonFlags } from './frame.ts';
import { readRollout } from './read-rollout.ts';
import { whose } from './whose.ts';

export interface DecideFlags {
  readonly reason?: string;
  readonly yes?: boolean;
  readonly gate?: string;
  readonly for?: number;
}

/** What is to be decided, once the canary was read. */
export interface Chosen {
  /** Value of `sluice.dev/decision-for`; may be empty. */
  readonly for: string;
  /** The thing that is decided, for people: `g-1 go (confirm-promotion)`; empty for the rollout itself. */
  readonly what: string;
  /** The consequence, one phrase. */
  readonly does: string;
  readonly needsReason: boolean;
}

/** Nothing is to be done: it stands so already. */
export interface AlreadySo {
  readonly already: string;
}

export interface DecisionSpec {
  /** Name of the command. */
  readonly name: string;
  readonly verb: Verb;
  readonly about: string;
  readonly question: Question;
  /** Word for what happened: `approved`. */
  readonly past: string;
  /** Whether the command line must have a reason. */
  readonly reasonRequired: boolean;
  readonly declare?: (command: Command) => Command;
  /** Throws `CommandFailure` when it cannot be decided now. */
  readonly choose: (view: RolloutView, flags: DecideFlags, user: User) => Chosen | AlreadySo;
  /** Exit codes of its own. */
  readonly exits?: ExitMeanings;
  /** The last run's revision and images are not what is decided. */
  readonly isAboutNextRun?: boolean;
  /** Advice after it is done. */
  readonly hint?: string;
  /** What to do when no controller picks it up. */
  readonly elsewise?: (view: RolloutView) => string;
  /** Throws `CommandFailure` when the controller's record says less than what was asked. */
  readonly judge?: (view: RolloutView, decision: DecisionRecord) => void;
}

const longestReason = 1_000;
/** Deadline of the requests before and after a question, in milliseconds. */
const deadlineMs = 20_000;

const exits = {
  [exitCodes.done]: 'done, as the controller recorded it; or it stood so already',
  [exitCodes.failed]: 'the API server could not be asked, or did not answer in time',
  [exitCodes.usage]: 'the command line is wrong, or it was not confirmed',
  [exitCodes.notFound]: 'there is no such canary',
  [exitCodes.refused]: 'you may not decide it, or it cannot be decided now',
  [exitCodes.stillRunning]: 'recorded, but no controller has picked it up within 5 s',
};

/** A command that writes a decision in the name of the user, and waits until the controller has taken it. */
export function decisionCommand(spec: DecisionSpec): RunCommand {
  const { name, about, verb } = spec;
  return inFrame<DecideFlags>({
    name,
    about,
    exits: { ...exits, ...spec.exits },
    doing: name,
    outputs: ['json'],
    deadlineMs: 0,
    declare(command) {
      const common = command
        .argument('<name>', 'NAME, canary/NAME or NAMESPACE/NAME')
        .option('-m, --reason <text>', 'why: for status, events and whoever reads them', toReason);
      const asked =
        spec.question === 'none' ? common : common.option('-y, --yes', 'the answer to the question is yes');
      return spec.declare?.(asked) ?? asked;
    },
    check({ reason }: CommonFlags & DecideFlags) {
      if (spec.reasonRequired && (reason ?? '').trim() === '')
        throw new SluiceError(`${verb === 'reject' ? 'a rejection' : `"${name}"`} needs a reason: -m "…"`);
    },
    run: (call) => decide(spec, call),
  });
}

function toReason(text: string): string {
  if (text.length <= longestReason) return text;
  throw new InvalidArgumentError(`It is longer than ${longestReason} characters; write a shorter one.`);
}

async function decide(spec: DecisionSpec, call: Call<DecideFlags>): Promise<number> {
  const { cluster, ref, flags, paper } = call;
  const signal = AbortSignal.timeout(deadlineMs);
  const view = await readRollout({ ...call, signal });
  const user = await whose(cluster, signal);
  const chosen = spec.choose(view, flags, user);
  if ('already' in chosen) {
    paper.out(`✔ ${whereOf(view)} ${chosen.already}; nothing to do`);
    return exitCodes.done;
  }
  if (chosen.needsReason && (flags.reason ?? '').trim() === '')
    throw new CommandFailure(exitCodes.usage, 'a reason is needed', 'say it with -m "…"');
  await confirm(call, describe(spec, view, chosen), spec.question, flags.yes === true);
  const { clock, client } = cluster;
  const startedAt = clock.now();
  const answer = await requestDecision(
    { client, clock },
    ref,
    {
      verb: spec.verb,
      for: chosen.for,
      reason: flags.reason ?? '',
      via: 'cli',
      ...untilOf(flags, startedAt),
    },
    user,
    AbortSignal.timeout(deadlineMs),
  );
  if (answer.kind === 'recorded')
    return tell(spec, call, view, { ...answer, tookMs: clock.now() - startedAt });
  paper.err(
    `! recorded, not yet picked up: ${whereOf(view)} is ${spec.past} as soon as a controller sees it`,
    ...(spec.elsewise === undefined ? [] : [`  next: ${spec.elsewise(view)}`]),
  );
  return exitCodes.stillRunning;
}

const untilOf = ({ for: milliseconds }: DecideFlags, now: number): { readonly until?: string } =>
  milliseconds === undefined ? {} : { until: new Date(now + milliseconds).toISOString() };

export const whereOf = ({ metadata }: Pick<RolloutView, 'metadata'>): string =>
  `${metadata.namespace}/${metadata.name}`;

/** `approve g-1 go (confirm-promotion) of prod/checkout, revision 7d4f9c (app:1 → app:2): gives …` */
function describe({ name, isAboutNextRun }: DecisionSpec, view: RolloutView, { what, does }: Chosen): string {
  const revision = shortRevision(view.revision);
  const images = view.images.text === '' ? '' : ` (${view.images.text})`;
  const of = revision === '' || isAboutNextRun === true ? '' : `, revision ${revision}${images}`;
  return `${name} ${what === '' ? '' : `${what} of `}${whereOf(view)}${of}: ${does}`;
}

function tell(
  { past, hint, judge }: DecisionSpec,
  { paper, flags, ref }: Call<DecideFlags>,
  view: RolloutView,
  { decision, tookMs }: { readonly decision: DecisionRecord; readonly tookMs: number },
): number {
  const { result, message, by, verified } = decision;
  judge?.(view, decision);
  // guard: a-refused-decision-is-not-called-done
  if (result !== 'done')
    throw new CommandFailure(exitCodes.refused, message, `sluice status ${ref.namespace}/${ref.name}`);
  if (flags.output === 'json') {
    paper.json({ apiVersion: 'cli.sluice.dev/v1', kind: 'Decision', metadata: ref, decision });
    return exitCodes.done;
  }
  const who = by === '' ? 'nobody named' : `${by} (${verified ? 'verified' : 'claimed'})`;
  paper.out(`✔ ${past} by ${who}; the controller took it in ${(tookMs / 1000).toFixed(1)}s: ${message}`);
  if (hint !== undefined) paper.out(`  ${hint}`);
  return exitCodes.done;
}
