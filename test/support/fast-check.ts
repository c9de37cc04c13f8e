/** Property tests are the same in every run; `FC_SEED=<number>` looks elsewhere. */
import fc from 'fast-check';

const SEED = 20_270_301;

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env['FC_SEED'] ?? SEED) });
