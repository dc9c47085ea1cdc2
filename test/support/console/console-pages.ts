import { approvalId } from './sample-canaries.ts';

/** Every page over the sample Canaries, by the name of its picture. */
export const consolePages: Readonly<Record<string, string>> = {
  rollouts: '/rollouts',
  'rollouts-none-match': '/rollouts?q=nothing-is-called-so',
  rollout: '/rollouts/prod/checkout',
  'rollout-failed': '/rollouts/stage/cart',
  'rollout-succeeded': '/rollouts/stage/profile',
  run: '/rollouts/stage/profile/runs/c0ffee1',
  'run-unknown': '/rollouts/stage/profile/runs/0000000000',
  action: '/rollouts/prod/search/actions/promote',
  gates: '/gates',
  gate: `/gates/${approvalId}`,
  'gate-unknown': '/gates/g-0000000000',
  deliveries: '/deliveries',
  delivery: '/deliveries/d-load-1',
  settings: '/settings',
  about: '/about',
};
