import { httpRoutesV1beta1 } from '@sluice/kube/objects/resources.ts';
import { createGatewayApiRouter } from './gateway-api/create-router.ts';

export const gatewayApiV1beta1 = createGatewayApiRouter({
  name: 'gatewayapi:v1beta1',
  resource: httpRoutesV1beta1,
  extended: false,
});
