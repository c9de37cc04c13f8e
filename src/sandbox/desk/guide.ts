import type { LocalDate } from '../../domain/time.ts';
import type { DeskAction } from './action.ts';

/** What can be done, each as a line to copy into a terminal; `day` is the day of the examples. */
export function deskGuide(actions: readonly DeskAction[], origin: string, day: LocalDate): string {
  const lines = actions.map((action) => `# ${action.does}\n${curlLine(action, origin, day)}\n`);
  return [
    `Play Outlook user and clerk. Times are those of the clock on the wall, such as ${day} 09:00.`,
    'The service finds what you did by itself, or at once when you ask it to:',
    `curl -X POST "${origin}/sync/to-outlook"`,
    `curl -X POST "${origin}/polling/poll-changes"`,
    `curl -X POST "${origin}/booking/process-imports"`,
    '',
    ...lines,
  ].join('\n');
}

function curlLine({ method, route, path = route, example }: DeskAction, origin: string, day: LocalDate): string {
  const verb = method === 'GET' ? '' : ` -X ${method}`;
  const body = example && ` -H "Content-Type: application/json" -d '${JSON.stringify(example(day))}'`;
  return `curl${verb} "${origin}/sandbox/${path}"${body ?? ''}`;
}
