/** What the use cases answer; `functions/` translates these to the documented bodies (snake_case). Counts are integers. */
export type * from './results/booking-side.ts';
export type * from './results/conflicts.ts';
export type * from './results/outlook-side.ts';
export type * from './results/run.ts';
