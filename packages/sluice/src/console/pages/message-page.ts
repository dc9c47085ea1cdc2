import { html } from '../html.ts';
import type { PageBody } from './layout.ts';

/** A page that says one thing. */
export const messagePage = (title: string, text: string): PageBody => ({
  title,
  current: '',
  body: html`<h1>${title}</h1>
    <p class="break">${text}</p>
    <p><a class="button" href="/rollouts">All rollouts</a></p>`,
});
