import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { validatingAdmissionPolicies } from '@sluice/kube/objects/resources.ts';
import { asList, asRecord } from '@sluice/lib/json/json-read.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import { requestDecision } from '@sluice/sluice/people/request-decision.ts';
import { whoAmI } from '@sluice/sluice/people/who-am-i.ts';
import { createSystemClock } from '@sluice/sluice/platform/system-clock.ts';
import { decisionAnnotations } from '@sluice/sluice/rules/objects/object-keys.ts';
import { commandsOf } from '../support/docs/read-commands.ts';
import { readPages } from '../support/docs/read-pages.ts';
import { within } from '../contracts/kube-client/contract-space.ts';
import { clientProgram } from '../support/rigs/client-program.ts';
import type { Outcome } from '../support/rigs/client-program.ts';
import type { RawAnswer } from '../support/real/cluster-access.ts';
import { withRealKube } from '../support/real/real-kube.ts';
import { createRoles } from '../support/real/role/account.ts';
import { decisionCases, onlyRefusals } from '../support/real/role/decision-cases.ts';
import {
  ann,
  canaryOf,
  keysOf,
  namespace,
  none,
  pathOf,
  pending,
  people,
  policyObjects,
  startDecisionWorld,
} from '../support/real/role/decision-world.ts';
import type { DecisionWorld, Name } from '../support/real/role/decision-world.ts';
import { kubectlPath } from '../support/real/role/helm.ts';
import { bindingOf } from '../support/real/role/people.ts';

const soon = { timeout: 20_000, interval: 50 };

withRealKube('the decision policy on', (binaries) => {
  describe('the decision policy on a real control plane', () => {
    let world: DecisionWorld;

    const created = (who: Name, parts: Parameters<typeof keysOf>[0], name: string): Promise<RawAnswer> =>
      world.send(who, 'POST', pathOf(), canaryOf(name, keysOf(parts)));
    const apply = (who: Name, name: string, annotations: Readonly<Record<string, unknown>>) => {
      const { apiVersion, kind, spec } = canaryOf(name);
      return world.send(
        who,
        'PATCH',
        `${pathOf(name)}?fieldManager=flux&force=true`,
        { apiVersion, kind, metadata: { name, namespace, annotations }, spec },
        { 'content-type': 'application/apply-patch+yaml' },
      );
    };

    beforeAll(async () => void (world = await startDecisionWorld(binaries)), 90_000);
    afterAll(async () => world?.close());

    it('has expressions in which the API server finds no fault', async () => {
      const checked = async (): Promise<unknown> => {
        const found = await world.cluster.get(validatingAdmissionPolicies, { name: 'sluice-decisions' });
        return asRecord(found?.['status'])['typeChecking'];
      };
      await expect.poll(checked, soon).toEqual({});
    });

    it.each(decisionCases)('judges a patch over $over: $title', async ({ over, who, parts, refusal }) => {
      const name = await world.fresh(over);
      const before = await world.read(name);
      const answer = await world.decide(who, name, parts);
      if (refusal === undefined) {
        expect(answer.status, answer.text).toBe(200);
        return;
      }
      expect(answer.text).toContain(refusal.replace('NAME', name));
      expect([403, 422]).toContain(answer.status);
      expect(await world.read(name)).toEqual(before);
    });

    it.each(decisionCases.filter(({ over }) => over === 'nothing'))(
      'judges a new Canary: $title',
      async ({ who, parts, refusal }) => {
        const name = world.newName();
        const answer = await created(who, parts, name);
        if (refusal === undefined) {
          expect(answer.status, answer.text).toBe(201);
          return;
        }
        expect(answer.text).toContain(refusal.replace('NAME', name));
        expect(await world.cluster.get(canaries, { namespace, name })).toBeUndefined();
      },
    );

    it('answers 403 where rights are missing, as RBAC does, and 422 where the text is wrong', async () => {
      const name = await world.fresh();
      expect(await world.decide('dev', name, { verb: 'approve', by: 'dev' })).toMatchObject({ status: 403 });
      expect(await world.decide('dev', name, { verb: 'pause', by: ann })).toMatchObject({ status: 403 });
      expect(await world.decide('ann', name, { ...pending, verb: 'aprove' })).toMatchObject({ status: 422 });
    });

    it('lets the controller read what was written', async () => {
      const name = await world.fresh('pending');
      expect(await world.read(name)).toMatchObject({ ...pending, groups: ['team-a'], via: 'kubectl' });
      expect(await world.decide('dev', name, none)).toMatchObject({ status: 200 });
      expect(await world.read(name)).toBeUndefined();
    });

    it('lets a server-side apply of another user pass that leaves the decision alone', async () => {
      const name = await world.fresh('pending');
      const applied = await apply('flux', name, { team: 'a' });
      expect(applied.status, applied.text).toBe(200);
      expect(await world.read(name)).toMatchObject({ by: ann, for: 'g-1' });
    });

    it('refuses a server-side apply of another user that changes the decision', async () => {
      const name = await world.fresh('pending');
      expect(await apply('flux', name, keysOf({ ...pending, for: 'g-2' }))).toMatchObject({ status: 403 });
      expect(await world.read(name)).toMatchObject({ for: 'g-1' });
    });

    it('lets a controller write finalizers and other annotations, and people the whole object', async () => {
      const name = await world.fresh('pending');
      const annotations = { 'sluice.dev/abort': 'wrong image' };
      const metadata = { finalizers: ['sluice.dev/revert'], annotations };
      expect(await world.send('flux', 'PATCH', pathOf(name), { metadata })).toMatchObject({ status: 200 });
      const found = (await world.cluster.get(canaries, { namespace, name })) ?? canaryOf(name);
      expect(await world.send('dev', 'PUT', pathOf(name), found)).toMatchObject({ status: 200 });
      expect(await world.read(name)).toMatchObject({ by: ann });
    });

    it('lets somebody replace a Canary by one without a decision', async () => {
      const name = await world.fresh('pending');
      const found = await world.cluster.get(canaries, { namespace, name });
      const { resourceVersion = '' } = found?.metadata ?? {};
      const bare = { ...found, metadata: { name, namespace, resourceVersion } };
      expect(await world.send('dev', 'PUT', pathOf(name), bare)).toMatchObject({ status: 200 });
      expect(await world.read(name)).toBeUndefined();
    });

    it('lets status be written, by which no decision gets in', async () => {
      const name = await world.fresh('pending');
      const annotations = keysOf({ for: 'g-2', by: 'olga' });
      const body = { metadata: { annotations }, status: { phase: 'Progressing' } };
      const written = await world.send('flux', 'PATCH', `${pathOf(name)}/status`, body);
      expect(written.status, written.text).toBe(200);
      expect(await world.cluster.status(namespace, name)).toMatchObject({ phase: 'Progressing' });
      expect(await world.read(name)).toMatchObject({ for: 'g-1', by: ann });
    });

    it('lets somebody approve the one Canary that their permission names', async () => {
      const [mine, other] = [await world.fresh(), await world.fresh()];
      const rules = [
        { apiGroups: ['flagger.app'], resources: ['canaries'], resourceNames: [mine], verbs: ['approve'] },
      ];
      const metadata = { namespace, name: 'approve-one' };
      const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata, rules };
      const binding = bindingOf(namespace, { kind: 'Role', name: 'approve-one' }, 'one');
      await createRoles(world.cluster.kube, [role, binding]);
      const status = async (name: string): Promise<number> =>
        (await world.decide('one', name, { verb: 'approve', by: 'one' })).status;
      await expect.poll(() => status(mine), soon).toBe(200);
      expect(await status(other)).toBe(403);
    });

    it('judges the user that somebody impersonates, as the console does', async () => {
      const name = await world.fresh();
      const acting = (user: string) => ({ 'impersonate-user': user, 'impersonate-group': 'team-a' });
      const own = { verb: 'approve', by: 'console' };
      expect((await world.decide('console', name, own, acting(ann))).text).toContain('must name the user');
      const without = await world.decide('console', name, { verb: 'approve', by: 'dev' }, acting('dev'));
      expect(without.text).toContain('user dev may not approve');
      const theirs = await world.decide('console', name, pending, acting(ann));
      expect(theirs.status, theirs.text).toBe(200);
    });

    it('judges the longest decision within its budget, and the writes after it', async () => {
      const name = await world.fresh();
      const groups = Array.from({ length: 64 }, () => 'system:authenticated').join(',');
      const parts = { ...pending, groups, reason: 'x'.repeat(200_000) };
      const decided = await world.decide('ann', name, parts);
      expect(decided.status, decided.text).toBe(200);
      const next = await world.send('dev', 'PATCH', pathOf(name), { metadata: { labels: { a: 'b' } } });
      expect(next.status, next.text).toBe(200);
    });

    it('takes a group with a comma for two, whose names it compares', async () => {
      const name = await world.fresh();
      const acting = { 'impersonate-user': ann, 'impersonate-group': 'ops, night shift' };
      const refused = await world.decide('console', name, { ...pending, groups: 'ops, night shift' }, acting);
      expect(refused.status).toBe(403);
      expect(refused.text).toContain(`user ${ann} is not in group`);
      const without = await world.decide('console', name, { ...pending, groups: '' }, acting);
      expect(without.status, without.text).toBe(200);
    });

    it('takes what a command writes for a user, without the groups that no list can hold', async () => {
      const name = await world.fresh();
      const { client } = world.as('ann');
      const { groups, ...user } = await whoAmI(client, within());
      expect(user).toEqual({ name: ann });
      const wanted = { verb: 'approve', reason: '', via: 'cli' } as const;
      const deps = { client, clock: createSystemClock() };
      const asking = {
        ...user,
        groups: [...groups, 'CN=ops,DC=example', ' ops', 'a\u200bb', 'x'.repeat(254)],
      };
      // Only groups that an approval names are written.
      const named = asking.groups.filter((group) => group.length < 254);
      const hook = { name: 'release', type: 'confirm-promotion', approval: { approvers: { groups: named } } };
      const spec = { analysis: { webhooks: [hook] } };
      await client.mergePatch(canaries, { namespace, name }, { spec }, {}, within());
      // No controller is there to take it.
      const asked = await requestDecision(deps, { namespace, name }, wanted, asking, within());
      expect(asked).toEqual({ kind: 'not-picked-up' });
      expect(await world.read(name)).toMatchObject({ by: ann, groups: ['team-a', 'system:authenticated'] });
    });

    it('comes with roles, of which only the viewer is part of view, edit and admin', async () => {
      const rulesOf = async (role: string): Promise<string> => {
        const path = `/apis/rbac.authorization.k8s.io/v1/clusterroles/${role}`;
        const { text } = await world.cluster.kube.request({ method: 'GET', path });
        return JSON.stringify(asRecord(JSON.parse(text))['rules']);
      };
      for (const role of ['view', 'edit', 'admin'])
        await expect.poll(() => rulesOf(role), soon).toContain('canaries');
      const granted = await rulesOf('admin');
      expect(granted).not.toContain('approve');
      expect(granted).not.toContain('promote');
    });

    it.skipIf(kubectlPath === undefined)(
      'says to kubectl what is missing, whose grant is enough (needs kubectl)',
      async () => {
        const name = await world.fresh();
        const { url, kubeconfig } = world.cluster.plane;
        const kubectl = (who: Name | 'admin', ...args: readonly string[]): Promise<Outcome> => {
          const file = who === 'admin' ? kubeconfig : people[who].kubeconfig(url);
          return clientProgram(kubectlPath ?? 'kubectl', ['--kubeconfig', file, '-n', namespace]).run(args);
        };
        const annotate = ['annotate', 'canary', name];
        const decision = ['=approve', '-for=g-1', '-by=dev'].map((part) => `sluice.dev/decision${part}`);
        const approve = (): Promise<Outcome> => kubectl('dev', ...annotate, '--overwrite', ...decision);
        const refused = await approve();
        expect(refused.code).toBe(1);
        expect(refused.stderr).toContain('the verb approve on canaries.flagger.app is missing');
        const [, line = ''] = /grants it: kubectl -n test (.*), and a rolebinding/.exec(refused.stderr) ?? [];
        expect(await kubectl('admin', ...line.split(' '))).toMatchObject({ code: 0 });
        const bind = ['create', 'rolebinding', 'dev-approves', '--role=canary-approve', '--user=dev'];
        expect(await kubectl('admin', ...bind)).toMatchObject({ code: 0 });
        await expect.poll(async () => (await approve()).code, soon).toBe(0);
        expect(await world.read(name)).toMatchObject({ verb: 'approve', for: 'g-1', by: 'dev' });
        const keys = Object.values(decisionAnnotations).map((key) => `${key}-`);
        expect(await kubectl('flux', ...annotate, ...keys)).toMatchObject({ code: 0 });
        expect(await world.read(name)).toBeUndefined();
      },
    );

    it.skipIf(kubectlPath === undefined)('takes each command of the guide (needs kubectl)', async () => {
      const { kubeconfig } = world.cluster.plane;
      const kubectl = clientProgram(kubectlPath ?? 'kubectl', ['--kubeconfig', kubeconfig]);
      const page = readPages().find(({ file }) => file === 'docs/guides/decisions-by-kubectl.md');
      if (page === undefined) throw new Error('the guide is not there');
      const commands = commandsOf(page, ['kubectl']).map(({ words }) => words.slice(1));
      const isOf = (verb: string) => (words: readonly string[]) => words.includes(verb);
      await world.cluster.kube.client.create(canaries, canaryOf('podinfo'), within());
      const grants = commands.filter(isOf('create'));
      for (const words of grants) expect(await kubectl.run(words)).toMatchObject({ code: 0 });
      const person = [`--as=${ann}`, '--as-group=release-managers', '--as-group=system:authenticated'];
      const others = commands.filter((words) => isOf('annotate')(words) || isOf('get')(words));
      for (const words of others) expect(await kubectl.run([...words, ...person])).toMatchObject({ code: 0 });
      expect(grants.length).toBeGreaterThan(3);
      expect(others.length).toBeGreaterThan(5);
      // The last of them takes the decision away.
      expect(await world.read('podinfo')).toBeUndefined();
    });

    it.each(onlyRefusals.map((one, index) => [...one, index] as const))(
      'has a rule that alone refuses %s',
      async (_rule, who, parts, index) => {
        const whole = policyObjects.find(({ kind }) => kind === 'ValidatingAdmissionPolicy');
        const spec = asRecord(whole?.['spec']);
        const { client } = world.cluster.kube;
        const replace = (validations: readonly unknown[]) =>
          client.mergePatch(
            validatingAdmissionPolicies,
            { name: 'sluice-decisions' },
            { spec: { validations } },
            {},
            within(),
          );
        const rules = asList(spec['validations']);
        expect(rules).toHaveLength(onlyRefusals.length);
        const status = async (): Promise<number> =>
          (await world.decide(who, await world.fresh(), parts)).status;
        expect([403, 422]).toContain(await status());
        await replace(rules.filter((_, place) => place !== index));
        await expect.poll(status, soon).toBe(200);
        await replace(rules);
        await expect.poll(status, soon).toBeGreaterThanOrEqual(403);
      },
    );
  });
});
