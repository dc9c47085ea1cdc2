import { html } from '../html.ts';
import type { Html } from '../html.ts';
import type { BookHealth } from '../live/rollout-book.ts';
import { iconSheet } from './icons.ts';
import { clockText } from './words.ts';

export type Theme = 'auto' | 'light' | 'dark';

export interface PageBody {
  readonly title: string;
  readonly current: 'rollouts' | 'gates' | 'deliveries' | 'settings' | 'about' | '';
  readonly body: Html;
  /** `namespace/name` of the rollout whose changes this page shows, or `*` for all. Absent: it stays as it is. */
  readonly follows?: string;
}

/** What each page shows around its body. */
export interface Frame {
  readonly theme: Theme;
  readonly assets: { readonly style: string; readonly script: string };
  readonly now: number;
  /** Absent on the pages of somebody who is not known. */
  readonly inside?: {
    readonly user: string;
    readonly csrf: string;
    readonly path: string;
    readonly waiting: number;
    readonly lastEvent: string;
    readonly health: BookHealth;
    readonly hasLogout: boolean;
  };
}

/** A whole page. Its title says nothing that is not on it, so that an unfurled link of a stranger gives nothing away. */
export function layout({ title, current, body, follows = '' }: PageBody, frame: Frame): Html {
  const { inside, theme, assets } = frame;
  return html`<!doctype html>
    <html lang="en" data-theme="${theme}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <meta name="color-scheme" content="${theme === 'auto' ? 'light dark' : theme}" />
        <title>${title} – Sluice</title>
        <link rel="stylesheet" href="${assets.style}" />
        <link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />
        <script src="${assets.script}" defer></script>
      </head>
      <body
        data-follows="${follows}"
        data-last="${inside?.lastEvent ?? ''}"
        data-now="${frame.now}"
        data-inside="${inside === undefined ? '' : 'yes'}"
      >
        ${iconSheet}
        <a class="skip" href="#main">Skip to content</a>
        ${header(current, frame)}
        <main id="main" tabindex="-1">${banner(frame)} ${body}</main>
        <div class="hidden" role="status" aria-live="polite" id="said"></div>
      </body>
    </html>`;
}

const links = [
  ['rollouts', '/rollouts', 'Rollouts'],
  ['gates', '/gates', 'Approvals'],
  ['deliveries', '/deliveries', 'Deliveries'],
  ['settings', '/settings', 'Settings'],
] as const;

function header(current: PageBody['current'], { inside, theme, now }: Frame): Html {
  const brand = html`<a class="brand" href="/rollouts"
    ><svg viewBox="0 0 24 24" aria-hidden="true" focusable="false" class="logo">
      <path d="M4 3v18M20 3v18M4 8h16" />
      <path d="M7.5 14c1.5-1.6 3-1.6 4.5 0s3 1.6 4.5 0M7.5 18.5c1.5-1.6 3-1.6 4.5 0s3 1.6 4.5 0" />
    </svg>
    Sluice</a
  >`;
  if (inside === undefined) return html`<header class="top">${brand}</header>`;
  const next = { auto: 'dark', dark: 'light', light: 'auto' }[theme];
  return html`<header class="top">
    ${brand}
    <nav aria-label="Main">
      ${links.map(
        ([id, href, word]) =>
          html`<a href="${href}" ${id === current ? html`aria-current="page"` : ''}
            >${word}${id === 'gates' ? waitingCount(inside.waiting) : ''}</a
          >`,
      )}
    </nav>
    <div class="tools">
      <span class="fresh" id="fresh" data-fresh="static"
        ><span class="dot" aria-hidden="true"></span
        ><span id="fresh-text">As of ${clockText(new Date(now).toISOString(), now)} UTC</span></span
      >
      <button type="button" class="quiet" id="pause-live" hidden aria-pressed="false">Pause</button>
      <form method="post" action="/settings/theme">
        <input type="hidden" name="csrf" value="${inside.csrf}" />
        <input type="hidden" name="back" value="${inside.path}" />
        <button class="quiet" name="theme" value="${next}" title="Switch to ${next}">Theme: ${theme}</button>
      </form>
      <a class="user" href="/settings#you">${inside.user === '' ? 'nobody' : inside.user}</a>
    </div>
  </header>`;
}

const waitingCount = (count: number): Html | undefined =>
  count === 0 ? undefined : html` <span class="count" aria-label="${count} waiting">${count}</span>`;

/** Old rows stay, with the time to which they are true. */
function banner({ inside, now }: Frame): Html | undefined {
  if (inside?.health.problem === undefined) return undefined;
  const { problem, asOf } = inside.health;
  return html`<p class="note failed" role="alert" data-stale>
    <strong>Not up to date.</strong> What you see is as of ${clockText(new Date(asOf).toISOString(), now)}
    UTC: ${problem}. This console tries again by itself.
  </p>`;
}
