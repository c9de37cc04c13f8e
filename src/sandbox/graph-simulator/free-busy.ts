/** `POST …/calendar/getSchedule`. */
import { instancesIn } from './calendar-view.ts';
import { bodyOf, type CalendarCall } from './call.ts';
import { renderTime } from './event-output.ts';
import { type CalendarFolder, DEFAULT_FOLDER, type Mailbox } from './mailbox.ts';
import type { Instance } from './model.ts';
import { fieldOf } from './series.ts';
import { DAY_MS, parseWall } from './wall-time.ts';
import { type Answer, badRequest } from './wire.ts';
import { findMailbox } from './world.ts';
import { epochOfWall } from './zones.ts';

const DIGITS = ['free', 'tentative', 'busy', 'oof', 'workingElsewhere'];
const LONGEST_DAYS = 62;
const MOST_SCHEDULES = 20;

function readMoment(call: CalendarCall, value: unknown, name: string): number {
  const { dateTime, timeZone } = (value ?? {}) as { dateTime?: unknown; timeZone?: unknown };
  return epochOfWall(parseWall(dateTime, name), call.world.zones.resolve(timeZone ?? 'UTC'));
}

function scheduleItem(call: CalendarCall, instance: Instance): Record<string, unknown> {
  const isPrivate = fieldOf(instance, 'sensitivity') === 'private';
  const isAllDay = fieldOf(instance, 'isAllDay');
  return {
    isPrivate,
    status: fieldOf(instance, 'showAs'),
    ...(isPrivate ? {} : { subject: fieldOf(instance, 'subject') ?? '' }),
    start: renderTime(call, instance.start, isAllDay),
    end: renderTime(call, instance.end, isAllDay),
  };
}

/** One digit per interval: the most blocking status in it. */
function viewOf(instances: readonly Instance[], from: number, to: number, interval: number): string {
  const digits: number[] = new Array(Math.ceil((to - from) / interval)).fill(0);
  for (const instance of instances) {
    const digit = Math.max(0, DIGITS.indexOf(fieldOf(instance, 'showAs')));
    const first = Math.max(0, Math.floor((instance.start - from) / interval));
    for (let slot = first; slot < digits.length && from + slot * interval < instance.end; slot++) {
      digits[slot] = Math.max(digits[slot] as number, digit);
    }
  }
  return digits.join('');
}

function scheduleOf(
  call: CalendarCall,
  address: string,
  mailbox: Mailbox | undefined,
  from: number,
  to: number,
  interval: number,
) {
  if (!mailbox) {
    const message = 'The mailbox cannot be found.';
    return { scheduleId: address, availabilityView: '', scheduleItems: null, error: { message, responseCode: '5016' } };
  }
  const folder = mailbox.folders.get(DEFAULT_FOLDER) as CalendarFolder;
  const instances = instancesIn(folder, call.world.zones, { from, to }).sort((a, b) => a.start - b.start);
  return {
    scheduleId: address,
    availabilityView: viewOf(instances, from, to, interval),
    scheduleItems: instances.map((instance) => scheduleItem(call, instance)),
    workingHours: {
      daysOfWeek: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
      startTime: '08:00:00.0000000',
      endTime: '17:00:00.0000000',
      timeZone: { name: 'W. Europe Standard Time' },
    },
  };
}

export function getSchedule(call: CalendarCall): Answer {
  const { schedules, startTime, endTime, availabilityViewInterval = 30 } = bodyOf(call);
  if (!Array.isArray(schedules) || schedules.length === 0 || schedules.length > MOST_SCHEDULES) {
    throw badRequest(`'schedules' takes 1 to ${MOST_SCHEDULES} addresses.`);
  }
  const minutes = Number(availabilityViewInterval);
  if (!(minutes >= 5 && minutes <= 1_440)) throw badRequest("'availabilityViewInterval' must be between 5 and 1440.");
  const from = readMoment(call, startTime, 'startTime');
  const to = readMoment(call, endTime, 'endTime');
  if (to - from > LONGEST_DAYS * DAY_MS) {
    throw badRequest(`The requested time duration must not exceed ${LONGEST_DAYS} days.`, 'ErrorTimeIntervalTooBig');
  }
  if (to <= from) throw badRequest("'endTime' must be after 'startTime'.");
  const value = (schedules as string[]).map((address) =>
    scheduleOf(call, address, findMailbox(call.world, address), from, to, minutes * 60_000),
  );
  const type = 'Collection(microsoft.graph.scheduleInformation)';
  return { status: 200, json: { '@odata.context': `${call.world.settings.linkBase}/$metadata#${type}`, value } };
}
