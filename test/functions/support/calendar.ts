/** Room 103. */
export const ORNEN = 'ornen@fjordvik.example';

/** A meeting as Graph's JSON; times are wall clock of the municipality in March 2027, `02T12:00`. */
export function meeting(subject: string, start: string, end: string, more: Readonly<Record<string, unknown>> = {}) {
  const time = (wall: string) => ({ dateTime: `2027-03-${wall}:00`, timeZone: 'W. Europe Standard Time' });
  return { subject, start: time(start), end: time(end), ...more };
}
