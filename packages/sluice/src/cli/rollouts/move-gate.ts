import { HttpError } from '@sluice/lib/http/http-error.ts';
import { maskUrl } from '@sluice/lib/http/mask-url.ts';
import { describeError, SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import { parseCanary, salvageCanary } from '../../api/parse-canary.ts';
import type { CanaryWebhook } from '../../api/canary.ts';
import { canaries } from '../../api/resources.ts';
import { createHttpClient } from '../../platform/http-client.ts';
import { exitCodes } from '../exit-codes.ts';
import { shellWord } from '../shell-word.ts';
import { confirm } from './confirm.ts';
import { CommandFailure } from './failure.ts';
import type { Call } from './frame.ts';

type MoveFlags = { readonly gate?: string; readonly yes?: boolean };

const deadlineMs = 20_000;
/** Time for the tester to answer, in milliseconds: from outside of the cluster its name often leads nowhere. */
const testerMs = 5_000;
const gatePath = /\/gate\/check\/?$/;

/**
 * Opens or closes the gate of the load tester behind a hook, for every later revision too. Throws `CommandFailure` when no
 * hook asks one, several do, or the tester cannot be reached from here.
 */
export async function moveGate(call: Call<MoveFlags>, deed: 'open' | 'close'): Promise<number> {
  const { paper, ref, flags } = call;
  const hook = await findHook(call, deed);
  const where = `${ref.namespace}/${ref.name}`;
  const warning =
    deed === 'open'
      ? 'it stays open for every later revision too, until it is closed; one release alone: sluice approve'
      : 'every revision waits at it until it is opened';
  await confirm(
    call,
    `${deed} the gate "${hook.name}" (${hook.type ?? ''}) of ${where}: ${warning}`,
    deed === 'open' ? 'yes' : 'none',
    flags.yes === true,
  );
  await post(call, hook, deed);
  paper.out(`✔ ${deed === 'open' ? 'open' : 'closed'}: ${warning}`);
  return exitCodes.done;
}

async function findHook(call: Call<MoveFlags>, deed: string): Promise<CanaryWebhook> {
  const { cluster, ref, flags } = call;
  const where = `${ref.namespace}/${ref.name}`;
  const object = await cluster.client.get(canaries, ref, AbortSignal.timeout(deadlineMs));
  const parsed = parseCanary(object);
  const canary = 'canary' in parsed ? parsed.canary : salvageCanary(object);
  const gates = (canary?.spec.analysis.webhooks ?? []).filter(
    ({ name, url = '' }) => gatePath.test(pathOf(url)) && (flags.gate === undefined || name === flags.gate),
  );
  const [only, ...more] = gates;
  if (only === undefined)
    throw new CommandFailure(
      exitCodes.refused,
      `no hook${flags.gate === undefined ? '' : ` "${flags.gate}"`} asks a gate of the load tester (a URL that ends in /gate/check)`,
      `sluice hooks ${where}`,
    );
  if (more.length === 0) return only;
  throw new CommandFailure(
    exitCodes.usage,
    `${gates.length} hooks ask a gate of the load tester; name one`,
    ...gates.map(({ name }) => `sluice gate ${deed} ${where} --gate ${shellWord(name)}`),
  );
}

const pathOf = (url: string): string => (URL.canParse(url) ? new URL(url).pathname : '');

async function post({ env, ref }: Call<MoveFlags>, { url = '' }: CanaryWebhook, deed: string): Promise<void> {
  const target = new URL(url);
  target.pathname = target.pathname.replace(gatePath, `/gate/${deed}`);
  const http = createHttpClient({ proxyFromEnvironment: true, env });
  const body = JSON.stringify({ name: ref.name, namespace: ref.namespace });
  try {
    const headers = { 'content-type': 'application/json' };
    const answer = await http.send(
      { method: 'POST', url: target.href, headers, body },
      AbortSignal.timeout(testerMs),
    );
    await answer.discard();
    if (answer.status >= 200 && answer.status < 300) return;
    throw new CommandFailure(
      exitCodes.refused,
      `POST ${maskUrl(target.href)} answered ${answer.status}`,
      'the log of the load tester says why',
    );
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    const isOurs = error instanceof HttpError || (error instanceof Error && error.name === 'TimeoutError');
    if (!isOurs && !(error instanceof SluiceError)) throw error;
    throw new CommandFailure(
      exitCodes.failed,
      `the load tester cannot be reached from here: ${describeError(error)}`,
      fromInside(target, body, deed),
    );
  } finally {
    await http.close();
  }
}

/** The same from a pod of the tester: its service is `NAME.NAMESPACE`. */
function fromInside({ hostname }: URL, body: string, deed: string): string {
  const [service = '', namespace = 'default'] = hostname.split('.');
  return `kubectl -n ${namespace} exec deploy/${service} -- curl -s -d ${shellWord(body)} http://localhost:8080/gate/${deed}`;
}
