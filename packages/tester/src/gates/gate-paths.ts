import type { Context, Hono } from 'hono';
import type { Log } from '@sluice/lib/ports/log.ts';
import type { KnownCanaries } from '../canaries/known-canaries.ts';
import type { ReceivedPayload } from '../hook-payload.ts';
import type { NamespaceRule } from '../namespace-rule.ts';
import { TesterError } from '../tester-error.ts';
import type { GateKey, SwitchKind } from './gate-key.ts';
import type { GateState, GateStore } from './gate-store.ts';

export interface GatePathsDeps {
  readonly gates: GateStore;
  readonly canaries: KnownCanaries;
  readonly allowNamespace: NamespaceRule;
  readonly log: Log;
  readonly readPayload: (context: Context) => Promise<ReceivedPayload>;
}

/** Adds check, open and close for gates and rollback switches, and the list of both. */
export function addGatePaths(app: Hono, deps: GatePathsDeps): void {
  addSwitch(app, 'gate', deps);
  addSwitch(app, 'rollback', deps);
  app.get('/gates', async (context) => {
    const states = await deps.gates.list();
    return context.json({ items: states.filter((state) => isServed(state, deps)).map(toItem) });
  });
}

function addSwitch(app: Hono, kind: SwitchKind, deps: GatePathsDeps): void {
  const readKey = async (context: Context): Promise<GateKey> => {
    const { namespace, name } = await deps.readPayload(context);
    return { kind, namespace, name };
  };
  app.all(`/${kind}/check`, async (context) => {
    const key = await readKey(context);
    await refuseUnknown(key, deps);
    const open = await deps.gates.get(key);
    deps.log.info('Gate checked', { ...logFields(key), open });
    return open ? context.text('Approved') : context.text('Forbidden', 403);
  });
  for (const verb of ['open', 'close'] as const) {
    app.all(`/${kind}/${verb}`, async (context) => {
      const key = await readKey(context);
      // What is open can be closed, also when its Canary has gone.
      if (verb === 'open' || !(await deps.gates.get(key))) await refuseUnknown(key, deps);
      await deps.gates.set(key, verb === 'open', context.req.header('user-agent')?.slice(0, 200));
      deps.log.info(verb === 'open' ? 'Gate opened' : 'Gate closed', logFields(key));
      return context.body('', 202);
    });
  }
}

async function refuseUnknown(key: GateKey, deps: GatePathsDeps): Promise<void> {
  const unknown = await deps.canaries.describeUnknown(key);
  // guard: no-gate-of-an-unknown-canary
  if (unknown !== undefined) throw new TesterError(404, unknown);
}

function isServed({ namespace }: GateState, { allowNamespace }: GatePathsDeps): boolean {
  try {
    allowNamespace(namespace);
    return true;
  } catch {
    return false;
  }
}

const toItem = ({ kind, namespace, name, open, changedBy, changedAt }: GateState) => ({
  kind,
  namespace,
  name,
  state: open ? 'open' : 'closed',
  changedAt,
  ...(changedBy === undefined ? {} : { changedBy }),
});

const logFields = ({ kind, namespace, name }: GateKey) => ({ kind, gate: `${name}.${namespace}` });
