import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { CanaryStatus } from '@sluice/sluice/api/canary-status.ts';
import { slackButton } from '../support/fakes/fake-slack.ts';
import type { SlackMessage } from '../support/fakes/fake-slack.ts';
import { chromiumPath, openPage, startChromium } from '../support/console/chromium.ts';
import { answersOf, failuresOf } from '../support/real/traffic/tally.ts';
import { clientProgram, findProgram } from '../support/rigs/client-program.ts';
import { inPhase, startStoryCluster } from '../support/rigs/story-cluster.ts';
import type { StoryCluster } from '../support/rigs/story-cluster.ts';

const kubectlPath = findProgram('kubectl');
const pictures = process.env['SLUICE_SCREENSHOTS'] ?? join(import.meta.dirname, '../../screenshots');
const viewport = { width: 1280, height: 900 };
const image = (tag: string): string => `ghcr.io/stefanprodan/podinfo:${tag}`;
const longer = { timeout: 20_000, interval: 100 };
const soon = { timeout: 5_000, interval: 20 };

const waitsForPeople = ({ phase, waiting }: CanaryStatus): boolean =>
  phase === 'WaitingPromotion' && waiting?.reason === 'ApprovalNeeded';
const buttonsOf = (message: SlackMessage): readonly string[] =>
  ['approve', 'reject'].filter((action) => slackButton(message, action) !== '');
const tell = (line: string): void => void process.stderr.write(`${line}\n`);

describe('a release that people approve, on the local cluster', () => {
  let story: StoryCluster;

  beforeAll(async () => {
    story = await startStoryCluster();
    await story.becomes('its initialization', inPhase('Initialized'));
  });
  afterAll(() => story?.close());

  /** Ships, and waits for the message in the chat. */
  const shipUntilAsked = async (tag: string): Promise<SlackMessage> => {
    const before = story.slack.messages.length;
    await story.ship(image(tag));
    await story.becomes('the approval to be asked for', waitsForPeople);
    return vi.waitFor(() => {
      const message = story.slack.messages[before];
      if (message === undefined) throw new Error('Slack has no message about it');
      return message;
    }, soon);
  };

  it('waits, asks in Slack, and moves within a second of the click', async () => {
    const message = await shipUntilAsked('6.0.1');
    expect(JSON.stringify(message.body)).toContain('test/podinfo waits for release (confirm-promotion)');
    expect(buttonsOf(message)).toEqual(['approve', 'reject']);
    expect(story.imageOf('podinfo-primary')).toBe(image('6.0.0'));

    const moving = story.becomes('the promotion', inPhase('Promoting'));
    const clicked = performance.now();
    const answer = await story.click(story.slack.press(message, 'approve'));
    expect(answer.status).toBe(200);
    const tookMs = (await moving) - clicked;
    tell(`from the click in Slack to phase Promoting: ${Math.round(tookMs)} ms`);
    expect(tookMs).toBeLessThan(1_000);

    await vi.waitFor(() => expect(buttonsOf(message)).toEqual([]), soon);
    expect(JSON.stringify(message.body)).toContain('by alice@acme.io (claimed, slack)');
    expect(story.slack.messages).toHaveLength(1);
    await story.becomes('the success', inPhase('Succeeded'));
    expect(story.imageOf('podinfo-primary')).toBe(image('6.0.1'));
  });

  const decided = expect.objectContaining({
    verb: 'approve',
    hook: 'release',
    by: 'alice@acme.io',
    verified: false,
    via: 'slack',
    result: 'done',
  });

  it('shows the decision in the Canary, in sluice status and on the page of the console', async () => {
    const served = await fetch(
      `${story.cluster.apiUrl}/apis/flagger.app/v1beta1/namespaces/test/canaries/podinfo`,
    );
    expect(await served.json()).toMatchObject({ status: { decisions: [decided] } });
    const { code, stdout, stderr } = await story.sluice.run([
      'status',
      'podinfo',
      '-n',
      'test',
      '-o',
      'json',
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'RolloutView', decisions: [decided] });
    await vi.waitFor(async () => {
      const page = await (await fetch(`${story.consoleUrl}/rollouts/test/podinfo`)).text();
      expect(page).toMatch(/<strong>approve<\/strong>[^]*<strong>alice@acme\.io<\/strong>[^]*by slack/);
    }, soon);
  });

  it.skipIf(kubectlPath === undefined)(
    'shows it to kubectl (needs kubectl on PATH or in $SLUICE_TEST_BIN)',
    async () => {
      const kubectl = clientProgram(kubectlPath ?? '', ['-n', 'test'], story.env);
      const path = '{.status.decisions[0].verb} by {.status.decisions[0].by} via {.status.decisions[0].via}';
      const read = await kubectl.run(['get', 'canary', 'podinfo', '-o', `jsonpath=${path}`]);
      expect(read).toMatchObject({ code: 0, stdout: 'approve by alice@acme.io via slack' });
    },
  );

  describe.skipIf(chromiumPath === undefined)('in Chromium (needs it on PATH)', () => {
    it('goes back from the console under traffic, and no request is lost', async () => {
      const browser = await startChromium();
      try {
        const { page, problems } = await openPage(await browser.newContext(), story.consoleUrl);
        await page.goto(`${story.consoleUrl}/rollouts/test/podinfo`);
        await page.getByRole('link', { name: 'Undo' }).click();
        await page.getByLabel('Reason').fill('checkout is slow');
        await story.load.take();
        await page.getByRole('button', { name: 'Undo' }).click();
        await story.becomes('the version before', inPhase('Failed'));
        await page.getByText('checkout is slow').first().waitFor();
        await page.getByText('undone').first().waitFor();
        expect(problems).toEqual([]);
        // Requests are lost, if at all, as the last pod of the undone version ends.
        await vi.waitFor(() => {
          expect(story.imagesOfPods('podinfo-primary')).toEqual([image('6.0.0')]);
          expect(story.imagesOfPods('podinfo')).toEqual([]);
        }, longer);
      } finally {
        await browser.close();
      }
      const windows = await story.load.take();
      const failures = failuresOf(windows);
      tell(`requests during undo: ${answersOf(windows)} answered, ${failures.length} lost`);
      expect(failures).toEqual([]);
      expect(answersOf(windows)).toBeGreaterThan(50);
      expect(story.cluster.gateway.traffic().ownFailures).toBe(0);
      expect(story.imageOf('podinfo-primary')).toBe(image('6.0.0'));
      expect(story.status().history?.at(-1)).toMatchObject({ result: 'undone', by: 'local-admin' });
    });

    it('has its picture taken while the next release waits (into $SLUICE_SCREENSHOTS, or screenshots)', async () => {
      await shipUntilAsked('6.0.2');
      mkdirSync(pictures, { recursive: true });
      const browser = await startChromium();
      try {
        for (const theme of ['light', 'dark'] as const) {
          const path = join(pictures, `console-${theme}.png`);
          await takePicture(await browser.newContext({ viewport, colorScheme: theme }), path);
          expect(statSync(path).size).toBeLessThan(150_000);
        }
      } finally {
        await browser.close();
      }
    });
  });

  /** The rollout from the top to the end of its chart and its steps. */
  async function takePicture(context: BrowserContext, path: string): Promise<void> {
    const { page } = await openPage(context, story.consoleUrl);
    await page.goto(`${story.consoleUrl}/rollouts/test/podinfo`);
    await page.locator('#fresh[data-fresh=live]').waitFor();
    expect(await page.getByText('waits for a person').count()).toBe(1);
    const box = await page.locator('#steps').boundingBox();
    const height = Math.ceil((box?.y ?? 0) + (box?.height ?? 0)) + 12;
    await page.screenshot({ path, clip: { x: 0, y: 0, width: viewport.width, height } });
    await context.close();
  }
});
