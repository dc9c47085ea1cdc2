import { html } from '../html.ts';
import type { Html } from '../html.ts';
import type { PageBody, Theme } from './layout.ts';
import { cell, factList, section, table } from './parts.ts';
import { judgedBadge } from './rollout-parts.ts';

export interface SettingsPage {
  readonly settings: readonly (readonly [string, string, string])[];
  readonly viewer: {
    readonly name: string;
    readonly groups: readonly string[];
    readonly knownBy: string;
    readonly csrf: string;
  };
  readonly theme: Theme;
  readonly hasLogout: boolean;
}

const shownGroups = 20;

export function settingsPage({ settings, viewer, theme, hasLogout }: SettingsPage): PageBody {
  const rows = settings.map(
    ([name, value, from]) =>
      html`<tr>
        <th scope="row">${name}</th>
        ${cell('Value', value)}${cell('From', from)}
      </tr>`,
  );
  const body = html`<div class="page-head"><h1>Settings</h1></div>
    ${section('you', 'You', html`${you(viewer)} ${hasLogout ? logoutForm(viewer.csrf) : undefined}`)}
    ${section('look', 'Look', themeForm(theme, viewer.csrf))} ${section('keys', 'Keys', keys)}
    ${section('settings', 'This console', table('Settings of this console', ['Setting', 'Value', 'From'], rows))}
    <p><a class="target" href="/about">About this console</a></p>`;
  return { title: 'Settings', current: 'settings', body };
}

function you({ name, groups, knownBy }: SettingsPage['viewer']): Html {
  const shown = groups.slice(0, shownGroups).join(', ');
  const more = groups.length > shownGroups ? ` and ${groups.length - shownGroups} more` : '';
  return factList([
    ['Name', name === '' ? 'the cluster does not say' : name],
    ['Known by', knownWords[knownBy] ?? knownBy],
    ['Groups', shown === '' ? 'none' : `${shown}${more}`],
  ]);
}

const logoutForm = (csrf: string): Html =>
  html`<form method="post" action="/logout">
    <input type="hidden" name="csrf" value="${csrf}" />
    <button class="button">Sign out</button>
  </form>`;

const knownWords: Readonly<Record<string, string>> = {
  kubeconfig: 'the kubeconfig of this console: everything is done as this user',
  token: 'a bearer token that the cluster accepted',
  oidc: 'your identity provider',
  proxy: 'the proxy in front of this console',
};

const themeForm = (theme: Theme, csrf: string): Html =>
  html`<form method="post" action="/settings/theme" class="inline">
    <input type="hidden" name="csrf" value="${csrf}" />
    <input type="hidden" name="back" value="/settings" />
    <div>
      <label for="theme">Theme</label>
      <select id="theme" name="theme">
        ${(['auto', 'light', 'dark'] as const).map(
          (one) => html`<option value="${one}" ${one === theme ? html`selected` : ''}>${one}</option>`,
        )}
      </select>
    </div>
    <button class="button">Save</button>
  </form>`;

const shortcuts = [
  ['/', 'go to the filter'],
  ['j, k', 'next and previous row'],
  ['Enter', 'open it'],
  ['g r, g a, g d', 'go to rollouts, approvals, deliveries'],
  ['?', 'this list'],
] as const;

const keys = html`<dl class="keys">
    ${shortcuts.map(
      ([key, does]) =>
        html`<div>
          <dt><kbd>${key}</kbd></dt>
          <dd>${does}</dd>
        </div>`,
    )}
  </dl>
  <p class="inline">
    <label><input type="checkbox" id="keys-on" disabled /> Single keys move about</label>
    <span class="hint">No single key decides anything. Kept in this browser.</span>
  </p>`;

export interface AboutPage {
  readonly version: string;
  readonly cluster: string;
  readonly rollouts: number;
  readonly access: string;
  readonly problem: string | undefined;
}

export const aboutPage = ({ version, cluster, rollouts, access, problem }: AboutPage): PageBody => ({
  title: 'About',
  current: 'about',
  body: html`<div class="page-head"><h1>About</h1></div>
    ${factList([
      ['Console', version],
      ['Cluster', cluster],
      ['Canaries seen', rollouts],
      ['Access', access],
      ['Watch', problem ?? 'up to date'],
    ])}
    ${section('words', 'What each judging word means', judgingWords)}
    <p class="hint">
      This console knows rollouts by their Kubernetes objects alone. It stores nothing; the traffic over time
      is what it saw since it started. Licence: Apache-2.0.
    </p>`,
});

const meanings: readonly (readonly [string, string])[] = [
  ['open', 'a gate answered 2xx: the rollout goes on'],
  ['hold', 'a gate answered anything else: it waits, and this is no failed check'],
  ['pass', 'a check answered 2xx'],
  ['fail', 'a check answered anything else: it counts against the threshold'],
  ['ROLL BACK', 'a rollback hook answered 2xx: it asks to go back'],
  ['clear', 'a rollback hook answered anything else: nothing asks to go back'],
  ['delivered', 'an announcement was answered'],
  ['lost', 'an announcement was given up after its retries; the rollout is not affected'],
  ['queued', 'an announcement waits to be sent'],
];

const judgingWords = html`<dl class="words">
  ${meanings.map(
    ([word, meaning]) =>
      html`<div>
        <dt>${judgedBadge(word)}</dt>
        <dd>${meaning}</dd>
      </div>`,
  )}
</dl>`;
