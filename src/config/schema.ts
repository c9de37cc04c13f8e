import { z } from 'zod';
import { booking, database } from './settings-booking.ts';
import { graph, http, jobSchedules, jobSwitches } from './settings-service.ts';
import { imports, safety, texts, window } from './settings-sync.ts';

/** Every setting but the timers': environment variable name to its rule, with the notes people read attached. */
export const settingRules = z.object({
  ...database,
  ...booking,
  ...window,
  ...imports,
  ...texts,
  ...safety,
  ...graph,
  ...http,
});
export const scheduleRules = z.object(jobSchedules);
export const switchRules = z.object(jobSwitches);

/** All settings in the order people read them. */
export const allRules: Readonly<Record<string, z.ZodType>> = {
  ...settingRules.shape,
  ...scheduleRules.shape,
  ...switchRules.shape,
};
