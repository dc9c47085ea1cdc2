import { describeApiFaults } from './api-faults.ts';
import { otherTargets } from './journeys/other-targets.ts';

describeApiFaults('other targets', otherTargets);
