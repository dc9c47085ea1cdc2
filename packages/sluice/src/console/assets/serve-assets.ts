import { createHash } from 'node:crypto';
import type { Hono } from 'hono';
import type { ConsoleEnv } from '../console-env.ts';
import contents from './contents.json' with { type: 'json' };

const { style, script } = contents;

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12);

/** Their names change with their contents, so that a browser may keep them. */
export const assetPaths = {
  style: `/assets/${hashOf(style)}.css`,
  script: `/assets/${hashOf(script)}.js`,
} as const;

const kept = 'public, max-age=31536000, immutable';

const picture =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="#1d5fc4" stroke-width="2.4" stroke-linecap="round">' +
  '<path d="M4 3v18M20 3v18M4 8h16M7.5 14c1.5-1.6 3-1.6 4.5 0s3 1.6 4.5 0M7.5 18.5c1.5-1.6 3-1.6 4.5 0s3 1.6 4.5 0"/></svg>';

/** The style, the script and the icon of the pages: texts of this program, read by everybody. */
export function addAssets(app: Hono<ConsoleEnv>): void {
  const add = (path: string, text: string, type: string): void => {
    app.get(path, (context) => context.body(text, 200, { 'content-type': type, 'cache-control': kept }));
  };
  add(assetPaths.style, style, 'text/css; charset=utf-8');
  add(assetPaths.script, script, 'text/javascript; charset=utf-8');
  add('/assets/icon.svg', picture, 'image/svg+xml');
}
