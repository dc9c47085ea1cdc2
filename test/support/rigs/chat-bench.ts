import { createInformerCache } from '@sluice/kube/cache/informer-cache.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { configMaps, customResourceDefinitions, namespaces } from '@sluice/kube/objects/resources.ts';
import type { HttpClient } from '@sluice/lib/ports/http.ts';
import { installBasics } from '@sluice/local/install-basics.ts';
import type { Approval, CanaryStatus } from '@sluice/sluice/api/canary-status.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import { createButtonTokens } from '@sluice/sluice/chat/button-token.ts';
import type { ChatDeps } from '@sluice/sluice/chat/call-chat.ts';
import { createChatService } from '@sluice/sluice/chat/chat-service.ts';
import type { ChatService } from '@sluice/sluice/chat/chat-service.ts';
import { createSlack } from '@sluice/sluice/chat/slack.ts';
import type { Chat } from '@sluice/sluice/chat/sync-message.ts';
import { createTeams } from '@sluice/sluice/chat/teams.ts';
import { createTelegram } from '@sluice/sluice/chat/telegram.ts';
import type { User } from '@sluice/sluice/people/who-am-i.ts';
import { createHttpClient } from '@sluice/sluice/platform/http-client.ts';
import { serveHttp } from '@sluice/sluice/platform/serve-http.ts';
import type { ServingHttp } from '@sluice/sluice/platform/serve-http.ts';
import { describeRollout } from '@sluice/sluice/view/describe-rollout.ts';
import { createFakeClock } from '../fakes/fake-clock.ts';
import { createFakeLog } from '../fakes/fake-log.ts';
import { slackSecret, slackToken, startFakeSlack } from '../fakes/fake-slack.ts';
import { startFakeTeams } from '../fakes/fake-teams.ts';
import { startFakeTelegram, telegramSecret, telegramToken } from '../fakes/fake-telegram.ts';
import { createLocalKube } from '../fakes/local-kube.ts';
import { startTakingController } from './taking-controller.ts';

export type ChatBench = Awaited<ReturnType<typeof startChatBench>>;

const start = '2026-11-20T13:50:00Z';
const store = { namespace: 'sluice', name: 'sluice-chat' };
const longestWaitMs = 5_000;

/** Users of the chats; everybody else is mapped to nobody. */
const users: Readonly<Record<string, User>> = {
  'slack U1': { name: 'alice@acme.io', groups: ['sre'] },
  'slack U2': { name: 'bob@acme.io', groups: ['sre'] },
  'slack U3': { name: 'carol@acme.io', groups: [] },
  'telegram 42': { name: 'alice@acme.io', groups: ['sre'] },
};

export const approvalOf = (change: Partial<Approval> = {}): Approval => ({
  id: 'g-0123456789',
  hook: 'promo',
  index: 0,
  type: 'confirm-promotion',
  run: 'c0ffee00',
  revision: 'v1:7d4f9c',
  step: 2,
  since: start,
  needed: 1,
  state: 'waiting',
  ...change,
});

let parsed: readonly AnyKubeObject[] | undefined;

/** The CRDs, read once for all tests of a file: parsing them takes longer than a test. */
function definitions(): readonly AnyKubeObject[] {
  if (parsed !== undefined) return parsed;
  const { store } = createLocalKube(createFakeClock());
  installBasics(store, 'deploy/crds');
  parsed = store.list(customResourceDefinitions).map((definition) => ({
    ...definition,
    metadata: { name: definition.metadata.name },
  }));
  return parsed;
}

/** Chats of fake servers, a store with Canaries, who takes decisions, and the chat service between them, over real HTTP. */
export async function startChatBench() {
  const clock = createFakeClock(start);
  const kube = createLocalKube(clock);
  for (const definition of definitions()) kube.store.create(customResourceDefinitions, definition);
  for (const name of ['prod', 'sluice'])
    kube.store.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  const endTaking = { end: startTakingController(kube.store, clock) };
  const log = createFakeLog();
  const http = createHttpClient({ proxyFromEnvironment: false, env: {} });
  const [slack, telegram, teams] = await Promise.all([
    startFakeSlack(() => clock.now()),
    startFakeTelegram(),
    startFakeTeams(),
  ]);
  const impersonated: User[] = [];
  const faults: { kube: ((http: HttpClient) => HttpClient) | undefined } = { kube: undefined };
  const chatsOf = (deps: ChatDeps): readonly Chat[] => [
    {
      platform: createSlack(deps, {
        token: slackToken,
        signingSecret: slackSecret,
        channel: 'C1',
        apiUrl: `${slack.url}/api`,
      }),
      tokens: createButtonTokens(slackSecret),
    },
    {
      platform: createTelegram(deps, {
        token: telegramToken,
        secretToken: telegramSecret,
        chat: '-1001',
        apiUrl: telegram.url,
      }),
      tokens: createButtonTokens(telegramSecret),
    },
    { platform: createTeams(deps, { url: teams.webhook }) },
  ];

  const run = async (): Promise<Running> => {
    const cache = createInformerCache({ client: kube.client(), clock, log, random: () => 1 });
    const synced = Promise.withResolvers<void>();
    const service = createChatService(
      {
        chats: chatsOf({ http, clock }),
        canaries: {
          get: (ref) => cache.get(canaries, ref),
          onChange: (listener) =>
            cache.onChange((resource, { object }) => {
              if (resource.plural === canaries.plural) listener(object.metadata);
            }),
          synced: synced.promise,
        },
        describe(canary) {
          const view = describeRollout(canary, { meshProvider: '', now: clock.now() });
          return 'unreadable' in view ? undefined : view;
        },
        client: kube.client(),
        clientFor(user) {
          impersonated.push(user);
          return kube.client(faults.kube);
        },
        userOf: (chat, chatUser) => users[`${chat} ${chatUser}`],
        clock,
        random: () => 0,
        log,
      },
      { store, console: 'https://sluice.example', buttonsLastMs: 24 * 3_600_000 },
    );
    void cache.watchKind(canaries).synced.then(() => synced.resolve());
    const server = await serveHttp(service.listener, {
      host: '127.0.0.1',
      port: 0,
      guard: { isOwn: () => false },
    });
    return { service, server, stopWatch: () => cache.stop() };
  };
  let running = await run();

  const stop = async (): Promise<void> => {
    await running.service.stop();
    await running.server.close(0);
    await running.stopWatch();
  };

  return {
    clock,
    kube,
    log,
    slack,
    telegram,
    teams,
    impersonated,
    faults,
    /** Ends the process and starts another one on what is stored. */
    async restart() {
      await stop();
      running = await run();
    },
    /** Ends the process; `restart` starts another. */
    stop,
    /** No controller takes a decision any more. */
    stopTaking: () => endTaking.end(),
    get url() {
      return running.server.url;
    },
    canary: () => kube.store.get(canaries, { namespace: 'prod', name: 'checkout' }),
    annotations: () =>
      kube.store.get(canaries, { namespace: 'prod', name: 'checkout' })?.metadata.annotations ?? {},
    stored: () =>
      Object.values((kube.store.get(configMaps, store)?.['data'] ?? {}) as Record<string, string>),
    /** Writes the status of a Canary, which is created where it is missing. */
    setStatus(change: Partial<CanaryStatus>, name = 'checkout', spec: object = {}) {
      const ref = { namespace: 'prod', name };
      const existing = kube.store.get(canaries, ref) ?? kube.store.create(canaries, canaryOf(name, spec));
      kube.store.update(
        canaries,
        { ...existing, status: { ...statusOf(existing), ...change } },
        { subresource: 'status' },
      );
    },
    send: (path: string, { headers, body }: Request) =>
      fetch(`${running.server.url}${path}`, { method: 'POST', headers: { ...headers }, body }),
    /** Lets time pass in steps of 100 ms until it is so, and the network work in between. */
    async until(condition: () => boolean, what = String(condition)): Promise<void> {
      const giveUpAt = performance.now() + longestWaitMs;
      while (!condition()) {
        if (performance.now() > giveUpAt)
          throw new Error(`not so in time: ${what}; log: ${JSON.stringify(log.lines)}`);
        await clock.advance(100);
      }
    },
    /** Lets `seconds` pass, and the network work in between. */
    async pass(seconds: number): Promise<void> {
      for (let tenth = 0; tenth < seconds * 10; tenth += 1) await clock.advance(100);
    },
    async [Symbol.asyncDispose]() {
      await stop();
      endTaking.end();
      await http.close();
      await Promise.all([slack, telegram, teams].map((each) => each[Symbol.asyncDispose]()));
    },
  };
}

interface Running {
  readonly service: ChatService;
  readonly server: ServingHttp;
  readonly stopWatch: () => Promise<void>;
}

interface Request {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export const canaryOf = (name: string, spec: object): AnyKubeObject => ({
  apiVersion: 'flagger.app/v1beta1',
  kind: 'Canary',
  metadata: { namespace: 'prod', name },
  spec: {
    targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
    service: { port: 80 },
    analysis: {
      interval: '10s',
      threshold: 5,
      stepWeights: [10, 20],
      webhooks: [{ name: 'promo', type: 'confirm-promotion', approval: {} }],
    },
    ...spec,
  },
});

export const statusOf = (canary: AnyKubeObject): object => ({
  phase: 'WaitingPromotion',
  failedChecks: 1,
  canaryWeight: 20,
  iterations: 0,
  lastTransitionTime: start,
  run: {
    id: 'c0ffee00',
    revision: 'v1:7d4f9c',
    targetUid: 'u',
    targetGeneration: 2,
    startedAt: start,
    phaseSince: start,
    step: 2,
    round: 2,
    oldImages: ['app=checkout:2.3.0'],
    newImages: ['app=checkout:2.4.1'],
  },
  ...(canary['status'] as object | undefined),
});
