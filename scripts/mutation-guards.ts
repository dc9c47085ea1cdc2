import type { Guard } from './mutation/guard.ts';
import { abortsGuards } from './mutation/guards/aborts.ts';
import { adoptionGuards } from './mutation/guards/adoption.ts';
import { cacheGuards } from './mutation/guards/cache.ts';
import { checksGuards } from './mutation/guards/checks.ts';
import { configurationGuards } from './mutation/guards/configuration.ts';
import { copiesGuards } from './mutation/guards/copies.ts';
import { deletionsGuards } from './mutation/guards/deletions.ts';
import { deliveriesGuards } from './mutation/guards/deliveries.ts';
import { gatesGuards } from './mutation/guards/gates.ts';
import { leaderGuards } from './mutation/guards/leader.ts';
import { promotionGuards } from './mutation/guards/promotion.ts';
import { questionsGuards } from './mutation/guards/questions.ts';
import { recordGuards } from './mutation/guards/record.ts';
import { revisionsGuards } from './mutation/guards/revisions.ts';
import { routesGuards } from './mutation/guards/routes.ts';
import { sizesGuards } from './mutation/guards/sizes.ts';
import { workGuards } from './mutation/guards/work.ts';

export const guards: readonly Guard[] = [
  ...routesGuards,
  ...copiesGuards,
  ...sizesGuards,
  ...revisionsGuards,
  ...checksGuards,
  ...gatesGuards,
  ...promotionGuards,
  ...configurationGuards,
  ...adoptionGuards,
  ...abortsGuards,
  ...deletionsGuards,
  ...recordGuards,
  ...deliveriesGuards,
  ...questionsGuards,
  ...workGuards,
  ...cacheGuards,
  ...leaderGuards,
];
