import type { KillingTest, KillingTests } from './killing-test.ts';
import { abortsTests } from './killing-tests/aborts.ts';
import { adoptionTests } from './killing-tests/adoption.ts';
import { boundsTests } from './killing-tests/bounds.ts';
import { cacheTests } from './killing-tests/cache.ts';
import { commandsTests } from './killing-tests/commands.ts';
import { chatTests } from './killing-tests/chat.ts';
import { checksTests } from './killing-tests/checks.ts';
import { configurationTests } from './killing-tests/configuration.ts';
import { consoleTests } from './killing-tests/console.ts';
import { copiesTests } from './killing-tests/copies.ts';
import { deletionsTests } from './killing-tests/deletions.ts';
import { deliveriesTests } from './killing-tests/deliveries.ts';
import { gatesTests } from './killing-tests/gates.ts';
import { leaderTests } from './killing-tests/leader.ts';
import { lintTests } from './killing-tests/lint.ts';
import { localTests } from './killing-tests/local.ts';
import { promotionTests } from './killing-tests/promotion.ts';
import { questionsTests } from './killing-tests/questions.ts';
import { recordTests } from './killing-tests/record.ts';
import { revisionsTests } from './killing-tests/revisions.ts';
import { routesTests } from './killing-tests/routes.ts';
import { seriesTests } from './killing-tests/series.ts';
import { sizesTests } from './killing-tests/sizes.ts';
import { ownershipTests } from './killing-tests/ownership.ts';
import { strangersTests } from './killing-tests/strangers.ts';
import { peopleTests } from './killing-tests/people.ts';
import { testerTests } from './killing-tests/tester.ts';
import { wayBackTests } from './killing-tests/way-back.ts';
import { workTests } from './killing-tests/work.ts';

const tables: readonly KillingTests[] = [
  peopleTests,
  routesTests,
  copiesTests,
  sizesTests,
  revisionsTests,
  checksTests,
  gatesTests,
  promotionTests,
  configurationTests,
  adoptionTests,
  abortsTests,
  deletionsTests,
  recordTests,
  deliveriesTests,
  questionsTests,
  workTests,
  chatTests,
  cacheTests,
  leaderTests,
  lintTests,
  localTests,
  wayBackTests,
  ownershipTests,
  strangersTests,
  testerTests,
  boundsTests,
  seriesTests,
  commandsTests,
  consoleTests,
];

/** Every guard with its killing test. A list keeps a name that stands in two tables. */
export const killingTests: readonly (readonly [name: string, test: KillingTest])[] = tables.flatMap((table) =>
  Object.entries(table),
);
