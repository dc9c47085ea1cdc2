import type { HttpClient } from '@sluice/lib/ports/http.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { KubeClient } from '@sluice/kube/ports/kube.ts';
import type { LocalCluster } from '@sluice/local/cluster.ts';
import { describeChanges } from './describe-changes.ts';
import { shellWord } from '../shell-word.ts';
import { followLogs } from './follow-logs.ts';
import type { Screen } from './screen.ts';
import { approvedVersion, badVersion, goodVersion, ship } from './ship.ts';
import { approve, shipForApproval, waitingApproval } from './ship-approved.ts';
import { createToldLines } from './told-lines.ts';
import type { ToldLines } from './told-lines.ts';
import { startLoad } from './traffic.ts';
import { watchCanary } from './watch-canary.ts';
import type { CanaryView } from './watch-canary.ts';
import { renderTree } from './tree/render-tree.ts';
import { watchCanaries } from './tree/watch-canaries.ts';

export interface DemoDeps {
  readonly cluster: LocalCluster;
  readonly client: KubeClient;
  readonly http: HttpClient;
  readonly clock: Clock;
  readonly screen: Screen;
  readonly signal: AbortSignal;
  /** When the command began, milliseconds. */
  readonly startedAt: number;
  readonly consoleUrl: string;
  /** Approves the version that waits for a person; otherwise a person does. */
  readonly approves: boolean;
}

/**
 * Enough that chance does not decide. A ninth of version 3's answers are 5xx, and `rate()` does not see the first one of
 * a pod: by a simulation at 20 requests a second, one run in some 150 saw none while the weights rose.
 */
const requestsPerSecond = 100;
const limitMs = 60_000;
const receivers = [
  { namespace: 'bot', app: 'telegram', container: 'telegram' },
  { namespace: 'notifications', app: 'event-recevier', container: 'slack' },
];

/**
 * Ships a good version, a bad one, and one that waits for an approval, all under load, and watches them. 0 when they ended
 * as they should, else 1.
 */
export async function runDemo(deps: DemoDeps): Promise<number> {
  const { cluster, screen, clock, signal } = deps;
  const view = watchCanary(cluster.store, clock);
  const told = createToldLines(clock);
  const all = watchCanaries(cluster.store, clock, () => cluster.gateway.traffic());
  view.onChange((before, after) => {
    for (const line of describeChanges('test/podinfo', before, after)) screen.detail(line);
  });
  const footer = `export KUBECONFIG=${shellWord(cluster.kubeconfigPath)}`;
  screen.line(`console: ${deps.consoleUrl}`);
  screen.show((columns) =>
    renderTree({ now: clock.now(), canaries: all.models(), told: told.last, footer }, columns),
  );
  followReceivers(deps, told);
  await view.until((status) => status.phase === 'Initialized', {
    what: 'initialization of podinfo',
    limitMs,
    signal,
  });
  const load = startLoad(deps, `${cluster.gatewayUrl}/`, requestsPerSecond);
  try {
    const problems = [...(await shipGood(deps, view)), ...(await shipBad(deps, view))];
    await shipApproved(deps, view, told);
    return report(deps, load, problems);
  } finally {
    load.stop();
  }
}

function followReceivers({ cluster, clock, http, screen, signal }: DemoDeps, told: ToldLines): void {
  for (const source of receivers) {
    void followLogs(
      { http, clock, store: cluster.store, apiUrl: cluster.apiUrl },
      source,
      (line) => {
        told.add(`${source.container}: ${line}`);
        screen.detail(`${source.container} ${line}`);
      },
      signal,
    );
  }
}

async function shipGood(
  { client, screen, signal, clock, startedAt }: DemoDeps,
  view: CanaryView,
): Promise<readonly string[]> {
  screen.line(`shipping ${goodVersion.name}: ${goodVersion.image}`);
  await ship(client, goodVersion, signal);
  await view.until((status) => status.phase === 'Succeeded', {
    what: `promotion of ${goodVersion.name}`,
    limitMs,
    signal,
    wrong: (status) =>
      status.phase === 'Failed' ? `it was rolled back: ${status.run?.cause ?? 'no cause given'}` : undefined,
  });
  const seconds = (clock.now() - startedAt) / 1000;
  screen.line(`${goodVersion.name} is promoted, ${seconds.toFixed(1)} s after the command's start`);
  return [];
}

async function shipBad({ client, screen, signal }: DemoDeps, view: CanaryView): Promise<readonly string[]> {
  screen.line(`shipping ${badVersion.name}: ${badVersion.image}, which answers errors`);
  await ship(client, badVersion, signal);
  await view.until((status) => status.phase === 'Failed', {
    what: `rollback of ${badVersion.name}`,
    limitMs,
    signal,
    wrong: (status) => (status.phase === 'Promoting' ? 'it is being promoted' : undefined),
  });
  const { run } = view.status;
  screen.line(`${badVersion.name} is rolled back: ${run?.cause ?? 'no cause given'}`);
  await view.until((status) => (status.outbox ?? []).length === 0, {
    what: 'telling the receivers',
    limitMs,
    signal,
  });
  return (run?.metrics ?? []).some((metric) => metric.verdict === 'denied')
    ? []
    : [`${badVersion.name} was not rolled back by its metrics`];
}

/** The promotion waits for a person: for us where nobody is there. */
async function shipApproved(deps: DemoDeps, view: CanaryView, told: ToldLines): Promise<void> {
  const { client, screen, signal, consoleUrl, approves } = deps;
  screen.line(
    `shipping ${approvedVersion.name}: ${approvedVersion.image}, whose promotion a person approves`,
  );
  await shipForApproval(client, signal);
  await view.until((status) => waitingApproval(status) !== undefined, {
    what: `approval of ${approvedVersion.name}`,
    limitMs,
    signal,
    wrong: (status) =>
      status.phase === 'Succeeded' &&
      status.run?.newImages?.some((image) => image.endsWith(approvedVersion.image)) === true
        ? 'it was promoted without one'
        : undefined,
  });
  const approval = waitingApproval(view.status);
  if (approval === undefined) return;
  screen.line(
    `${approvedVersion.name} waits for approval ${approval.id}: ${consoleUrl}/gates/${approval.id}`,
  );
  if (!approves) return;
  const inChat = { what: `message about approval ${approval.id} in the chat`, limitMs, signal };
  // What is decided at once is never announced.
  await told.until(`approval ${approval.id}: `, inChat);
  screen.line(await approve(deps, approval, signal));
  await view.until((status) => status.phase === 'Succeeded', {
    what: `promotion of ${approvedVersion.name}`,
    limitMs,
    signal,
    wrong: (status) => (status.phase === 'Failed' ? (status.run?.cause ?? 'it failed') : undefined),
  });
  await told.until(`approval ${approval.id}: ✔`, inChat);
  screen.line(`${approvedVersion.name} is approved and promoted`);
}

function report(
  { cluster, screen }: DemoDeps,
  load: { answered: number; broken: number },
  problems: readonly string[],
): number {
  const traffic = cluster.gateway.traffic();
  screen.line(
    `${load.answered} requests answered, ${load.broken} without an answer, ` +
      `${traffic.ownFailures} errors of the gateway's own making`,
  );
  const all = [
    ...problems,
    ...(traffic.ownFailures > 0 ? [`the gateway made ${traffic.ownFailures} errors of its own`] : []),
    ...(load.broken > 0 ? [`${load.broken} requests got no answer`] : []),
  ];
  for (const problem of all) screen.line(`✖ ${problem}`);
  if (all.length === 0)
    screen.line(
      '✔ a good version was promoted, a bad one rolled back, and one promoted once it was approved',
    );
  return all.length === 0 ? 0 : 1;
}
