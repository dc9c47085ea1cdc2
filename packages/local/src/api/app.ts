import { Hono } from 'hono';
import { unknownPath } from '../store/status-error.ts';
import { failure, json, text } from './answer.ts';
import type { ApiContext } from './context.ts';
import { discoveryRoot, groupDocument, resourceList } from './discovery.ts';
import { openapiDocument, openapiIndex } from './openapi/document.ts';
import { serveResource } from './resource-routes.ts';

const version = {
  major: '1',
  minor: '36',
  gitVersion: 'v1.36.0+sluice',
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: 'none',
  compiler: 'none',
  platform: 'sluice/local',
};

/** The API server as an app without a socket. */
export function createApp(context: ApiContext): Hono {
  const kinds = () => context.store.kinds.all();
  const app = new Hono();
  app.onError((error) => {
    if (!('code' in error)) context.log?.error('The API server failed to answer', { error: error.message });
    return failure(error);
  });
  app.notFound(() => failure(unknownPath()));
  app.get('/version', () => json(version));
  for (const path of ['/healthz', '/livez', '/readyz']) app.get(path, () => text('ok'));
  app.get('/api', (c) => discoveryRoot(kinds(), c.req.raw, true));
  app.get('/apis', (c) => discoveryRoot(kinds(), c.req.raw, false));
  app.get('/api/v1', () => resourceList(kinds(), '', 'v1'));
  app.get('/apis/:group', (c) => groupDocument(kinds(), c.req.param('group')));
  app.get('/apis/:group/:version', (c) =>
    resourceList(kinds(), c.req.param('group'), c.req.param('version')),
  );
  app.get('/openapi/v3', () => openapiIndex(kinds()));
  app.get('/openapi/v3/*', (c) => openapiDocument(kinds(), c.req.path.slice('/openapi/v3/'.length)));
  app.all('/api/*', (c) => serveResource(context, c.req.raw));
  app.all('/apis/*', (c) => serveResource(context, c.req.raw));
  return app;
}
