/** Dates of the sample municipality: written for one frozen Monday, shifted by whole weeks for a live demonstration. */
import { DateTime } from 'luxon';
import type { LocalDate, WallClock } from '../../domain/time.ts';

/** The Monday every date of the sample data is written for. */
export const SAMPLE_MONDAY: LocalDate = '2027-03-01';
/** The frozen clock: Monday 2027-03-01 08:00 in Europe/Oslo. */
export const SAMPLE_NOW = '2027-03-01T07:00:00.000Z';
/** Zone the sample data is written for. */
export const SAMPLE_ZONE = 'Europe/Oslo';

/** The Sundays the sample's DST rows are written for. */
const WRITTEN_CHANGES: ChangeDays = { spring: '2027-03-28', autumn: '2027-10-31' };

/** Days on which the clocks of a zone go forward (`spring`) and back (`autumn`); null where they never do. */
export interface ChangeDays {
  readonly spring: LocalDate | null;
  readonly autumn: LocalDate | null;
}

export interface SampleDates {
  /** A wall-clock time of the specification, shifted. */
  wall(written: string): WallClock;
  /** A date of the specification, shifted. */
  date(written: LocalDate): LocalDate;
  /** A wall-clock time on or next to a DST night: keeps its distance in days to the zone's next real change. */
  pinned(written: string, change: keyof ChangeDays): WallClock;
}

export interface SampleShift {
  /** Whole weeks after the frozen Monday; 0 = as written. */
  readonly shiftWeeks?: number;
  /** Zone whose next change nights the DST rows are pinned to when shifted; default Europe/Oslo. */
  readonly zone?: string;
}

export function createSampleDates({ shiftWeeks = 0, zone = SAMPLE_ZONE }: SampleShift = {}): SampleDates {
  const days = shiftWeeks * 7;
  const changes = shiftWeeks === 0 ? WRITTEN_CHANGES : nextChangeDays(addDays(SAMPLE_MONDAY, days), zone);
  const onDate = (written: string, move: (date: LocalDate) => LocalDate): WallClock =>
    `${move(written.slice(0, 10))} ${written.slice(11, 16)}:00`;
  return {
    wall: (written) => onDate(written, (date) => addDays(date, days)),
    date: (written) => addDays(written, days),
    pinned: (written, change) => {
      const night = changes[change];
      if (night === null) return onDate(written, (date) => addDays(date, days));
      const distance = daysBetween(WRITTEN_CHANGES[change] ?? night, written.slice(0, 10));
      return onDate(written, () => addDays(night, distance));
    },
  };
}

/** Weeks from the frozen Monday to the Monday of the week that `epochMs` lies in, in `zone`. */
export function weeksToCurrentMonday(epochMs: number, zone: string = SAMPLE_ZONE): number {
  const monday = DateTime.fromMillis(epochMs, { zone }).startOf('week');
  return Math.round(daysBetween(SAMPLE_MONDAY, monday.toFormat('yyyy-MM-dd')) / 7);
}

/** The first day from `from` on (53 weeks ahead at most) on which the zone's clocks go forward, and back. */
export function nextChangeDays(from: LocalDate, zone: string): ChangeDays {
  const found: { spring: LocalDate | null; autumn: LocalDate | null } = { spring: null, autumn: null };
  for (let day = 0; day <= 53 * 7; day++) {
    const date = DateTime.fromISO(addDays(from, day), { zone });
    const change = date.plus({ days: 1 }).offset - date.offset;
    if (change > 0) found.spring ??= date.toFormat('yyyy-MM-dd');
    if (change < 0) found.autumn ??= date.toFormat('yyyy-MM-dd');
  }
  return found;
}

export function addDays(date: LocalDate, days: number): LocalDate {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

function daysBetween(from: LocalDate, to: LocalDate): number {
  return (Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000;
}
