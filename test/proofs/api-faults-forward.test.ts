import { describeApiFaults } from './api-faults.ts';
import { companions } from './journeys/companions.ts';
import { forward } from './journeys/forward.ts';

describeApiFaults('ways forward', forward);
describeApiFaults('configuration and autoscalers', companions);
