import type { KubeClient } from '@sluice/kube/ports/kube.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import { withDeadline } from '@sluice/lib/time/deadline.ts';
import { isNotFound } from '@sluice/kube/objects/kube-error.ts';
import { describeError, SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import { awaitObject } from './await-object.ts';
import type { HelmTestOptions } from './helm-options.ts';
import { type HelmHook, type HelmRelease, readRelease } from './helm-release.ts';
import { type HookObject, hookOutcome, readHookObject } from './hook-object.ts';
import { findReleaseSecret, recordHookRun } from './release-store.ts';

export interface ReleaseTestDeps {
  readonly kube: KubeClient;
  readonly clock: Clock;
}

export interface ReleaseTestResult {
  /** The release after the tests. */
  readonly release: HelmRelease;
  /** Pods of the tests that ran, for their logs. */
  readonly pods: readonly { readonly namespace: string; readonly name: string }[];
  /** Why the first failed test failed; later tests were not run. */
  readonly failure: string | undefined;
}

type Options = Pick<HelmTestOptions, 'release' | 'namespace' | 'timeoutMs' | 'only' | 'except'>;

/** Runs a release's test hooks as `helm test` does. Rejects only when the release cannot be read or written. */
export async function runReleaseTests(
  options: Options,
  deps: ReleaseTestDeps,
  signal: AbortSignal,
): Promise<ReleaseTestResult> {
  const { namespace } = options;
  const secret = await findReleaseSecret(deps.kube, namespace, options.release, signal);
  const secretRef = { namespace, name: secret.metadata.name };
  const run = { deps, secretRef, namespace, timeoutMs: options.timeoutMs, signal };
  const hooks = chooseTests(readRelease(secret), options);
  const pods: { namespace: string; name: string }[] = [];
  let failure: string | undefined;
  for (const hook of hooks) {
    failure = await runTest(run, hook, pods);
    if (failure !== undefined) break;
  }
  if (failure === undefined) {
    for (const hook of hooks.toReversed()) await deleteByPolicy(run, hook, 'hook-succeeded');
  }
  const release = readRelease(await findReleaseSecret(deps.kube, namespace, options.release, signal));
  return { release, pods, failure };
}

/** Sorts the tests by weight, then by name; helm 2 called the event `test-success`. */
function chooseTests(release: HelmRelease, { only, except }: Options): readonly HelmHook[] {
  return release.hooks
    .filter((hook) => hook.events.some((event) => event === 'test' || event === 'test-success'))
    .filter((hook) => only.length === 0 || only.includes(hook.name))
    .filter((hook) => !except.includes(hook.name))
    .toSorted((a, b) => a.weight - b.weight || a.name.localeCompare(b.name));
}

interface Run {
  readonly deps: ReleaseTestDeps;
  readonly secretRef: { readonly namespace: string; readonly name: string };
  readonly namespace: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

async function runTest(
  run: Run,
  hook: HelmHook,
  pods: { namespace: string; name: string }[],
): Promise<string | undefined> {
  const hookObject = readHookObject(hook, run.namespace);
  if (hookObject.resource.kind === 'Pod') {
    pods.push({ namespace: hookObject.namespace, name: hookObject.object.metadata.name });
  }
  await deleteByPolicy(run, hook, 'before-hook-creation');
  const startedAt = now(run);
  await record(run, hook, { startedAt, completedAt: '', phase: 'Running' });
  const failure = await createAndAwait(run, hookObject);
  const phase = failure === undefined ? 'Succeeded' : 'Failed';
  await record(run, hook, { startedAt, completedAt: now(run), phase });
  if (failure !== undefined) await deleteByPolicy(run, hook, 'hook-failed');
  return failure;
}

const now = (run: Run): string => new Date(run.deps.clock.now()).toISOString();

const record = (run: Run, hook: HelmHook, lastRun: Parameters<typeof recordHookRun>[3]): Promise<void> =>
  recordHookRun(run.deps, run.secretRef, hook, lastRun, run.signal);

async function createAndAwait(
  run: Run,
  { resource, object, namespace }: HookObject,
): Promise<string | undefined> {
  const { name } = object.metadata;
  const label = `${resource.kind.toLowerCase()} ${name}`;
  try {
    return await waitFor(run, label, async (signal) => {
      const created = await run.deps.kube.create(resource, object, signal);
      if (hookOutcome(resource, created) === 'succeeded') return undefined;
      const isDone = (seen: typeof created | undefined): boolean =>
        seen === undefined || hookOutcome(resource, seen) !== 'running';
      const ended = await awaitObject(run.deps, resource, { namespace, name }, isDone, signal);
      if (ended === undefined) return `${label} was deleted while it ran`;
      return hookOutcome(resource, ended) === 'failed' ? `${label} failed` : undefined;
    });
  } catch (error) {
    if (run.signal.aborted) throw error;
    return describeError(error);
  }
}

async function deleteByPolicy(run: Run, hook: HelmHook, policy: string): Promise<void> {
  const policies = hook.deletePolicies.length === 0 ? ['before-hook-creation'] : hook.deletePolicies;
  if (!policies.includes(policy)) return;
  const { resource, object, namespace } = readHookObject(hook, run.namespace);
  const ref = { namespace, name: object.metadata.name };
  await waitFor(run, `deletion of ${resource.kind.toLowerCase()} ${ref.name}`, async (signal) => {
    try {
      await run.deps.kube.delete(resource, ref, { propagationPolicy: 'Background' }, signal);
    } catch (error) {
      if (isNotFound(error)) return;
      throw error;
    }
    await awaitObject(run.deps, resource, ref, (seen) => seen === undefined, signal);
  });
}

/** helm's `--timeout` counts for each single wait. */
const waitFor = <Result>(
  { deps: { clock }, timeoutMs: ms, signal }: Run,
  label: string,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> => {
  const overdue = (): Error => new SluiceError(`timed out waiting for ${label} (--timeout ${ms / 1000}s)`);
  return withDeadline({ clock, ms, signal, overdue }, work);
};
