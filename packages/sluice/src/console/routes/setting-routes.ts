import type { Hono } from 'hono';
import { setCookie } from 'hono/cookie';
import { safePath } from '../access/access.ts';
import { readForm } from '../access/read-form.ts';
import type { ConsoleEnv } from '../console-env.ts';
import type { ConsoleParts } from '../console-parts.ts';
import { aboutPage, settingsPage } from '../pages/settings-page.ts';
import { themeCookie, themeOf } from '../show-page.ts';

const yearSeconds = 365 * 86_400;

export function addSettingPages(app: Hono<ConsoleEnv>, parts: ConsoleParts): void {
  const { show, deps, options, access, sessions } = parts;
  app.get('/settings', (context) => {
    const { user, knownBy, csrf } = context.get('viewer');
    const page = settingsPage({
      settings: options.settings,
      viewer: { ...user, knownBy, csrf },
      theme: themeOf(context),
      hasLogout: access.hasLogout,
    });
    return show.page(context, page);
  });
  app.post('/settings/theme', async (context) => {
    const form = await readForm(context);
    const theme = form('theme');
    const value = theme === 'light' || theme === 'dark' ? theme : 'auto';
    setCookie(context, themeCookie, value, {
      path: '/',
      httpOnly: true,
      sameSite: 'Lax',
      maxAge: yearSeconds,
    });
    return context.redirect(safePath(form('back')), 303);
  });
  addAbout(app, parts);
  app.post('/logout', (context) => {
    deps.log.info('logout', { user: context.get('viewer').user.name });
    sessions.close(context);
    return context.redirect('/rollouts', 303);
  });
}

function addAbout(app: Hono<ConsoleEnv>, { show, deps, options, book }: ConsoleParts): void {
  app.get('/about', async (context) => {
    const { rollouts } = await show.visible(context);
    const page = aboutPage({
      version: deps.version,
      cluster: deps.cluster.name,
      rollouts: rollouts.length,
      access: options.access.mode,
      problem: book.health().problem,
    });
    return show.page(context, page);
  });
}
