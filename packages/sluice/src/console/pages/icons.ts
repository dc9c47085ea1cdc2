import { raw } from 'hono/html';
import type { RolloutState } from '../../view/rollout-view.ts';
import { html } from '../html.ts';
import type { Html } from '../html.ts';

/** Paths of a box of 16: one stroke weight, so that they look like one family at any size. */
const paths = {
  person: '<circle cx="8" cy="8" r="6.2"/><path d="M8 4.6V8l2.4 1.6"/>',
  machine: '<circle cx="8" cy="8" r="6.2"/><path d="M6.7 5.4 10.6 8l-3.9 2.6z" fill="currentColor"/>',
  failed: '<circle cx="8" cy="8" r="6.2"/><path d="m5.8 5.8 4.4 4.4m0-4.4-4.4 4.4"/>',
  back: '<path d="M5.6 3 2.8 5.8l2.8 2.8"/><path d="M2.8 5.8h6.4a3.7 3.7 0 0 1 0 7.4H6"/>',
  done: '<circle cx="8" cy="8" r="6.2"/><path d="m5.2 8.2 2 2 3.7-4.2"/>',
  idle: '<circle cx="8" cy="8" r="6.2"/>',
  lost: '<path d="M8 2.2 14.4 13.4H1.6z"/><path d="M8 6.4v3.2m0 1.7v.2"/>',
  wait: '<circle cx="8" cy="8" r="6.2" stroke-dasharray="2.6 2.2"/>',
  pause: '<circle cx="8" cy="8" r="6.2"/><path d="M6.4 5.8v4.4m3.2-4.4v4.4"/>',
  arrow: '<path d="M3 8h9.4M8.8 4.2 12.6 8l-3.8 3.8"/>',
} as const;

export type IconName = keyof typeof paths;

/** The pictures of a page, once; `icon` refers to them, so that a state can be changed in place. */
export const iconSheet = raw(
  `<svg hidden xmlns="http://www.w3.org/2000/svg">${Object.entries(paths)
    .map(([name, path]) => `<symbol id="i-${name}" viewBox="0 0 16 16">${path}</symbol>`)
    .join('')}</svg>`,
);

/** Decoration: a word stands beside each. */
export const icon = (name: IconName): Html =>
  html`<svg class="icon" aria-hidden="true" focusable="false"><use href="#i-${name}"></use></svg>`;

/** Icon of a rollout, which changes with its state. */
export const stateIcon = (state: RolloutState): Html =>
  html`<svg class="icon" aria-hidden="true" focusable="false"><use href="#i-${state}" data-icon></use></svg>`;
