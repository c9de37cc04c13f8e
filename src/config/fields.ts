import { z } from 'zod';
import { isLoopback } from '../graph/settings.ts';

/** What people read about a setting; README table and example file are made from it. */
export interface SettingNotes {
  readonly section: SettingSection;
  readonly description: string;
  /** As it would be written in the environment; absent: the setting is optional and has no default. */
  readonly default?: string;
  readonly example?: string;
  /** Never printed, not even in part. */
  readonly secret?: boolean;
}

export const SETTING_SECTIONS = [
  'Database',
  'Booking system',
  'What is kept equal',
  'Imports from Outlook',
  'Texts',
  'Safety and pace',
  'Microsoft Graph',
  'HTTP and monitoring',
  'Timers',
] as const;
export type SettingSection = (typeof SETTING_SECTIONS)[number];

export const settingNotes = z.registry<SettingNotes>();

/** A setting with a default: never missing after parsing. */
export function setting<S extends z.ZodType<unknown, string>>(
  schema: S,
  notes: SettingNotes & { readonly default: string },
): z.ZodPrefault<S> {
  const withDefault = z.prefault(schema, notes.default as z.input<S>);
  settingNotes.add(withDefault, notes);
  return withDefault;
}

/** A setting that may be left out. */
export function optionalSetting<S extends z.ZodType<unknown, string>>(
  schema: S,
  notes: SettingNotes,
): z.ZodOptional<S> {
  const optional = z.optional(schema);
  settingNotes.add(optional, notes);
  return optional;
}

export const text = z.string();

export const flag = z.stringbool({
  truthy: ['true', '1', 'yes'],
  falsy: ['false', '0', 'no'],
  error: 'must be true or false',
});

/** A whole number between `min` and `max`, both included. */
export function whole(min: number, max: number) {
  const message = `must be a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,12}$/, message)
    .transform(Number)
    .pipe(z.number().min(min, message).max(max, message));
}

export function oneOf<const V extends readonly [string, ...string[]]>(values: V) {
  return z.enum(values, { error: `must be one of ${values.join(', ')}` });
}

export const ianaZone = z.string().refine(isIanaZone, 'must be an IANA time zone name such as Europe/Oslo');

/** An https URL; http only where the host is this machine (S28). */
export const webUrl = z.string().superRefine((value, context) => {
  const url = URL.parse(value);
  if (url === null) {
    context.addIssue({ code: 'custom', message: 'must be a complete URL such as https://example.org' });
  } else if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(value))) {
    context.addIssue({ code: 'custom', message: 'must begin with https:// (http:// only for localhost)' });
  }
});

export const identifierPrefix = z.string().regex(/^[\p{L}\p{N}_]{1,60}$/u, 'must be letters, digits and underscores');

function isIanaZone(value: string): boolean {
  try {
    return /^[A-Za-z]/.test(value) && new Intl.DateTimeFormat('en', { timeZone: value }) !== null;
  } catch {
    return false;
  }
}
