import { installBasics } from '@sluice/local/install-basics.ts';
import { createApiServer } from '@sluice/local/api/server.ts';
import { startControllers } from '@sluice/local/controllers/start-controllers.ts';
import { createStore } from '@sluice/local/store/store.ts';
import { createSystemClock } from '@sluice/sluice/platform/system-clock.ts';
import { startFakeDataPlane } from '../../test/support/fakes/fake-data-plane.ts';
import { createFakeKubelet } from '../../test/support/fakes/fake-kubelet.ts';
import { createFakeLog } from '../../test/support/fakes/fake-log.ts';

/**
 * The local cluster as a process of its own, with pods that are ready at once and run nothing. A real API server would
 * need more memory and CPU for ten thousand canaries than the machine beside it has: what is measured is the controller.
 */
const clock = createSystemClock();
const store = createStore({ now: () => clock.now() });
installBasics(store, 'deploy/crds');
createFakeKubelet(store, clock);
startFakeDataPlane(store, clock);
startControllers({ store, clock, record: () => undefined }, createFakeLog());
const server = createApiServer({ store, now: () => clock.now() });
const { url } = await server.listen({ host: '127.0.0.1', port: 0 });
console.log(url);
