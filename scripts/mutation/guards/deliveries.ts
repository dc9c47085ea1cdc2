import type { Guard } from '../guard.ts';

/** What is announced is told at least once, in order, within bounds. */
export const deliveriesGuards: readonly Guard[] = [
  {
    name: 'end-is-told-after-traffic',
    file: 'src/rollout/outbox/deliver.ts',
    text: "if (kind === 'event' || isSettled || runId !== status.run?.id)",
    without: "if (kind === 'event' || isSettled || runId !== '')",
    held: ['guards', 'by a rollback whose primary is down'],
  },
  {
    name: 'the-end-of-another-run-does-not-wait',
    file: 'src/rollout/outbox/deliver.ts',
    text: 'isSettled || runId !== status.run?.id)',
    without: 'isSettled)',
    held: ['way-back', 'is told when the next run begins'],
  },
  {
    name: 'what-was-let-out-stays-out',
    file: 'src/rollout/outbox/deliver.ts',
    text: 'for (const id of memory.released) if (!listed.has(id)) memory.released.delete(id);',
    without: 'memory.released.clear();',
    held: ['announcements', 'is told once, also when somebody changes the route before its end is recorded'],
  },
  {
    name: 'acknowledged-leaves-the-outbox',
    file: 'src/rollout/outbox/deliver.ts',
    text: 'draft.status = { ...draft.status, outbox: [...rest] };',
    without: 'draft.status = { ...draft.status, outbox: rest.length < 0 ? [] : [...outbox] };',
    held: [
      'announcements',
      'are told in the order in which they happened, also to a receiver that fails first',
    ],
  },
  {
    name: 'acknowledgements-stay-until-they-are-recorded',
    file: 'src/controller/deliveries.ts',
    text: 'acks: (canaryKey) => pending.get(canaryKey) ?? [],',
    without:
      'acks: (canaryKey) => {\n      const taken = pending.get(canaryKey) ?? [];\n      pending.delete(canaryKey);\n      return taken;\n    },',
    held: [
      'announcements',
      'are told in the order in which they happened, also to a receiver that fails first',
    ],
  },
  {
    name: 'the-end-of-a-run-is-never-dropped',
    file: 'src/webhooks/outbox.ts',
    text: "if (fits || entry.kind !== 'event') return true;",
    without: 'if (fits) return true;',
    held: [
      'src/webhooks/outbox.test.ts',
      'keeps the order, never drops the end of a run, counts each dropped event',
    ],
  },
  {
    name: 'outbox-is-bounded',
    file: 'src/webhooks/outbox.ts',
    text: 'const fits = count <= limits.entries && bytes <= limits.bytes;',
    without: 'const fits = count <= limits.entries || bytes <= limits.bytes;',
    held: ['src/webhooks/outbox.test.ts', 'stays within both limits unless ends of runs alone exceed them'],
  },
  {
    name: 'the-same-announcement-is-once-in-the-outbox',
    file: 'src/webhooks/outbox.ts',
    text: 'return entries.filter(({ id }) => !seen.has(id) && seen.add(id));',
    without: 'return entries.filter(({ id }) => seen.add(id));',
    held: [
      'src/webhooks/outbox.test.ts',
      'adding what is already there changes nothing: a pass may run twice',
    ],
  },
  {
    name: 'delivered-is-not-told-again',
    file: 'src/webhooks/delivery-worker.ts',
    text: 'const open = calls.filter((call) => !canary.settled.has(call.id))',
    without: "const open = calls.filter((call) => call.id !== '')",
    held: [
      'src/webhooks/delivery-worker.test.ts',
      'what is being sent, or was acknowledged and is still listed',
    ],
  },
  {
    name: 'lanes-are-of-one-hook',
    file: 'src/webhooks/delivery-worker.ts',
    text: 'JSON.stringify([call.type, call.name])',
    without: 'JSON.stringify([call.type])',
    held: ['announcements', 'of one hook does not wait for another one that is down'],
  },
  {
    name: 'one-delivery-at-a-time-in-a-lane',
    file: 'src/webhooks/delivery-lane.ts',
    text: 'return this.#current === undefined && this.#cancelPause === undefined && this.#waiting.length > 0;',
    without: 'return this.#cancelPause === undefined && this.#waiting.length > 0;',
    held: [
      'src/webhooks/delivery-worker.test.ts',
      'what is being sent, or was acknowledged and is still listed, is not sent twice',
    ],
  },
  {
    name: 'a-lane-that-failed-pauses',
    file: 'src/webhooks/delivery-lane.ts',
    text: 'return this.#current === undefined && this.#cancelPause === undefined && this.#waiting.length > 0;',
    without: 'return this.#current === undefined && this.#waiting.length > 0;',
    held: [
      'src/webhooks/delivery-worker.test.ts',
      'a failed announcement is not overtaken by a later one of its hook',
    ],
  },
  {
    name: 'what-failed-goes-first-again',
    file: 'src/webhooks/delivery-lane.ts',
    text: 'this.#waiting.unshift(current.delivery);',
    without: 'this.#waiting.push(current.delivery);',
    held: [
      'src/webhooks/delivery-worker.test.ts',
      'a failed announcement is not overtaken by a later one of its hook',
    ],
  },
  {
    name: 'what-was-withdrawn-is-not-tried-again',
    file: 'src/webhooks/delivery-lane.ts',
    text: 'if (current === undefined || !current.listed) return;',
    without: 'if (current === undefined) return;',
    held: [
      'src/webhooks/delivery-worker.test.ts',
      'what left the outbox while it was being sent is not tried again',
    ],
  },
  {
    name: 'what-runs-is-not-queued-once-more',
    file: 'src/webhooks/delivery-lane.ts',
    text: 'if (call.id === running) this.#keepRunning(call);',
    without: "if (call.id === '') this.#keepRunning(call);",
    held: [
      'src/webhooks/delivery-worker.test.ts',
      'what is being sent, or was acknowledged and is still listed, is not sent twice',
    ],
  },
  {
    name: 'announcements-are-given-up-in-the-end',
    file: 'src/webhooks/delivery-worker.ts',
    text: 'return delivery.tries >= policy.tries || ageMs >= policy.ageMs;',
    without: 'return delivery.tries < 0 && ageMs >= policy.ageMs;',
    held: ['src/webhooks/delivery-limits.test.ts', 'that is never taken ends as a dead letter, and says so'],
  },
  {
    name: 'ends-of-runs-are-tried-longer-than-events',
    file: 'src/webhooks/delivery-worker.ts',
    text: "delivery.call.type === 'event' ? this.#limits.event : this.#limits.postRollout;",
    without: "delivery.call.type !== '' ? this.#limits.event : this.#limits.postRollout;",
    held: ['src/webhooks/delivery-limits.test.ts', 'pauses double from 1 s to 5 min'],
  },
  {
    name: 'deliveries-are-bounded',
    file: 'src/webhooks/delivery-worker.ts',
    text: 'if (this.#running >= this.#limits.concurrency) return;',
    without: '',
    held: [
      'src/webhooks/delivery-worker.test.ts',
      'no more are sent at once than allowed, and canaries take turns',
    ],
  },
  {
    name: 'what-stops-takes-nothing-new',
    file: 'src/webhooks/delivery-worker.ts',
    text: '    if (this.#stopping) return;\n',
    without: '',
    held: [
      'src/webhooks/delivery-worker.test.ts',
      'stopping aborts at its deadline; what failed stays for the next leader',
    ],
  },
  {
    name: 'stop-has-a-deadline',
    file: 'src/webhooks/delivery-worker.ts',
    text: '      for (const lane of this.#lanes()) lane.clear(true);\n      this.#ready.clear();\n',
    without: '',
    held: [
      'src/webhooks/delivery-worker.test.ts',
      'stopping aborts at its deadline; what failed stays for the next leader',
    ],
  },
  {
    name: 'what-is-left-is-for-the-next-leader',
    file: 'src/webhooks/delivery-worker.ts',
    text: 'else if (this.#stopping) this.#leaveForNextLeader(lane);\n',
    without: '',
    held: [
      'src/webhooks/delivery-worker.test.ts',
      'stopping aborts at its deadline; what failed stays for the next leader',
    ],
  },
  {
    name: 'a-forgotten-canary-is-told-no-more',
    file: 'src/webhooks/delivery-worker.ts',
    text: '      lane.clear(true);\n      this.#ready.delete(lane);\n',
    without: '      this.#ready.delete(lane);\n',
    held: [
      'src/webhooks/delivery-worker.test.ts',
      'a deleted canary: its requests are aborted, nothing is acknowledged, no timer stays',
    ],
  },
  {
    name: 'an-answer-after-forgetting-is-of-nobody',
    file: 'src/webhooks/delivery-worker.ts',
    text: 'if (signal.aborted) lane.finish();\n        else this.#settle(lane, delivery, answer);',
    without: 'this.#settle(lane, delivery, answer);',
    held: [
      'src/webhooks/delivery-worker.test.ts',
      'an answer that comes after the canary was deleted is not taken for one of its successor',
    ],
  },
];
