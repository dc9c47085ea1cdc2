import { createKubeClient } from '@sluice/kube/client/kube-client.ts';
import { createApiServer } from '@sluice/local/api/server.ts';
import { createStore } from '@sluice/local/store/store.ts';
import { createHttpClient } from '@sluice/sluice/platform/http-client.ts';
import { createSystemClock } from '@sluice/sluice/platform/system-clock.ts';
import { describeKubeClientContract } from './contracts/kube-client.ts';
import { createInProcessHttp } from './support/fakes/in-process-http.ts';

const clock = createSystemClock();
const now = (): number => clock.now();
const createLocalServer = () => createApiServer({ store: createStore({ now }), now });
const anonymous = (headers: Readonly<Record<string, string>>) => Promise.resolve({ ...headers });

describeKubeClientContract('the local API server, in process,', () => {
  const { app } = createLocalServer();
  const http = createInProcessHttp((request) => app.fetch(request));
  const client = createKubeClient({
    http,
    clock,
    server: 'http://local',
    fieldManager: 'sluice',
    authorize: anonymous,
  });
  return Promise.resolve({ client, close: () => Promise.resolve() });
});

describeKubeClientContract('the local API server, over HTTP,', async () => {
  const server = await createLocalServer().listen({ host: '127.0.0.1', port: 0 });
  const http = createHttpClient({ proxyFromEnvironment: false, env: {} });
  const client = createKubeClient({
    http,
    clock,
    server: server.url,
    fieldManager: 'sluice',
    authorize: anonymous,
  });
  return {
    client,
    async close() {
      await http.close();
      await server.close();
    },
  };
});
