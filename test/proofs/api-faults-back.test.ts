import { describeApiFaults } from './api-faults.ts';
import { aborts } from './journeys/aborts.ts';
import { back } from './journeys/back.ts';
import { decisions } from './journeys/decisions.ts';
import { deletions } from './journeys/deletions.ts';

describeApiFaults('ways back', back);
describeApiFaults('aborts', aborts);
describeApiFaults('decisions of people', decisions);
describeApiFaults('deletions', deletions);
