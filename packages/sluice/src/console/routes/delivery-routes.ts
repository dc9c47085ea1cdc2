import type { Hono } from 'hono';
import type { ConsoleEnv } from '../console-env.ts';
import type { ConsoleParts } from '../console-parts.ts';
import { deliveriesOf, readDeliveryFilter } from '../pages/deliveries.ts';
import { deliveriesPage, deliveryPage } from '../pages/deliveries-page.ts';
import { messagePage } from '../pages/message-page.ts';

export function addDeliveryPages(app: Hono<ConsoleEnv>, { show, deps }: ConsoleParts): void {
  app.get('/deliveries', async (context) => {
    const { rollouts } = await show.visible(context);
    const filter = readDeliveryFilter(context.req.query());
    return show.page(context, deliveriesPage(deliveriesOf(rollouts), filter, deps.clock.now()));
  });
  app.get('/deliveries/:id', async (context) => {
    const { rollouts } = await show.visible(context);
    const found = deliveriesOf(rollouts).find(({ id }) => id === context.req.param('id'));
    if (found !== undefined) return show.page(context, deliveryPage(found, deps.clock.now()));
    const page = messagePage(
      'This delivery is not kept',
      'The status keeps the last answer of each hook, and a newer one has replaced it; or you may not see its namespace.',
    );
    return show.page(context, page, 404);
  });
}
