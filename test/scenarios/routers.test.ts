import { routers } from '@sluice/sluice/routers/index.ts';
import { describeRouterScenario } from '../contracts/router-scenario.ts';

for (const router of routers) for (const name of router.names) describeRouterScenario(router, name);
