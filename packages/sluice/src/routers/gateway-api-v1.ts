import { httpRoutes } from '@sluice/kube/objects/resources.ts';
import { createGatewayApiRouter } from './gateway-api/create-router.ts';

export const gatewayApiV1 = createGatewayApiRouter({
  name: 'gatewayapi:v1',
  resource: httpRoutes,
  extended: true,
});
