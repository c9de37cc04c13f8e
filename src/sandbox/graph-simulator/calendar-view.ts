import { type CalendarCall, calendarPath, pagingOf } from './call.ts';
import { renderEvent } from './event-output.ts';
import { listAnswer, refuseOtherOptions, renderingOf } from './event-read.ts';
import type { CalendarFolder } from './mailbox.ts';
import type { Instance } from './model.ts';
import { readOrder } from './odata.ts';
import { occurrencesBetween, singleInstance } from './series.ts';
import { DAY_MS, parseWindowBound } from './wall-time.ts';
import { type Answer, badRequest, Refusal } from './wire.ts';
import type { Zones } from './zones.ts';

const LONGEST_DAYS = 1_825;
const OPTIONS = ['startDateTime', 'endDateTime', '$top', '$skip', '$select', '$expand', '$orderby', '$filter'];
/** Graph knows them, but not together with `$select` on a calendarView. */
const NOT_SELECTABLE = ['createdDateTime', 'lastModifiedDateTime'];

export interface ViewWindow {
  readonly from: number;
  readonly to: number;
}

/** Both bounds are required; more than 1,825 days are refused. */
export function readWindow(call: CalendarCall): ViewWindow {
  const from = parseWindowBound(call.query['startDateTime'], 'startDateTime');
  const to = parseWindowBound(call.query['endDateTime'], 'endDateTime');
  if (to < from) throw badRequest("The parameter 'endDateTime' must not be before 'startDateTime'.");
  if (to - from > LONGEST_DAYS * DAY_MS) {
    throw badRequest(
      `Your request can't be completed. The range between the start and end dates is greater than ${LONGEST_DAYS} days.`,
    );
  }
  return { from, to };
}

/** Single events, occurrences and exceptions overlapping the window; no masters. */
export function instancesIn(folder: CalendarFolder, zones: Zones, window: ViewWindow): Instance[] {
  const found = folder.timeline.overlapping(window.from, window.to).map(singleInstance);
  for (const master of folder.masters) found.push(...occurrencesBetween(master, zones, window.from, window.to));
  return found;
}

/** `GET …/calendarView`: without `$orderby` in no useful order. */
export function calendarView(call: CalendarCall): Answer {
  refuseOtherOptions(call, OPTIONS);
  if (call.query['$filter']?.toLowerCase().includes('extendedproperties')) {
    throw new Refusal(500, 'ErrorInternalServerError', 'An internal server error occurred. The operation failed.');
  }
  if (call.query['$filter'] !== undefined) {
    throw badRequest("The simulator does not support '$filter' on calendarView.", 'ErrorInvalidUrlQueryFilter');
  }
  const window = readWindow(call);
  const rendering = renderingOf(call);
  const wrong = rendering.select?.find((name) => NOT_SELECTABLE.includes(name));
  if (wrong) throw badRequest(`The property '${wrong}' cannot be selected on a calendarView.`);
  const { top, skip } = pagingOf(call.query);
  const folder = call.folder as CalendarFolder;
  const found = instancesIn(folder, call.world.zones, window);
  const order = readOrder(call.query);
  if (order === 'ascending') found.sort((a, b) => a.start - b.start);
  else found.reverse();
  if (order === 'descending') found.sort((a, b) => b.start - a.start);
  const page = found.slice(skip, skip + top).map((instance) => renderEvent(rendering, instance));
  return listAnswer(call, `${calendarPath(call)}calendarView`, page, found.length > skip + top, 'calendarView');
}
