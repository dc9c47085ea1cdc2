import fc from 'fast-check';

/**
 * One seed for every property, so that a commit passes or fails for everybody alike; `npm run soak`, or another
 * SLUICE_PROOF_SEED, draws others.
 */
const seed = Number(process.env['SLUICE_PROOF_SEED'] ?? 20_261_121);

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed });
