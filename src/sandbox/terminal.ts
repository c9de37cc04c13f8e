/** What the sandbox prints: coloured lines for people, or one line of JSON per event. */
import { stripVTControlCharacters } from 'node:util';
import colors from 'picocolors';

export type Paint = ReturnType<typeof colors.createColors>;

export interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

export interface Terminal {
  readonly json: boolean;
  readonly paint: Paint;
  /** A line for people; nothing with `--json`. */
  say(text?: string): void;
  /** Something that happened: `text` for people, name and fields as JSON. */
  event(name: string, fields: Readonly<Record<string, unknown>>, text: string): void;
  /** Rows in aligned columns, for people. Columns of numbers are aligned right. */
  table(rows: readonly (readonly (string | number)[])[]): void;
  /** The one result of a command: JSON with `--json`, else what `forPeople` prints. */
  result(value: unknown, forPeople: () => void): void;
  /** Something went wrong, and what to do next. Goes to the error output. */
  fail(message: string): void;
}

export interface TerminalOptions {
  readonly out: Output;
  readonly err: Output;
  readonly json: boolean;
  /** `NO_COLOR` and `FORCE_COLOR` are honoured (https://no-color.org); a file or pipe gets none. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

export function createTerminal({ out, err, json, env }: TerminalOptions): Terminal {
  const forced = (env['FORCE_COLOR'] ?? '0') !== '0';
  const colored = !json && (env['NO_COLOR'] ?? '') === '' && (forced || out.isTTY === true);
  const paint = colors.createColors(colored);
  const say = (text = ''): void => {
    if (!json) out.write(`${text}\n`);
  };
  return {
    json,
    paint,
    say,
    event(name, fields, text) {
      if (json) out.write(`${JSON.stringify({ event: name, ...fields })}\n`);
      else say(text);
    },
    table(rows) {
      for (const line of alignColumns(rows)) say(`  ${line}`);
    },
    result(value, forPeople) {
      if (json) out.write(`${JSON.stringify(value)}\n`);
      else forPeople();
    },
    fail(message) {
      err.write(`${paint.red('✗')} ${message}\n`);
    },
  };
}

/** Pads cells to columns; a column that holds numbers only, but for its head, is aligned right. */
export function alignColumns(rows: readonly (readonly (string | number)[])[]): readonly string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const shown = (cell: string | number | undefined) => String(cell ?? '');
  const length = (cell: string | number | undefined) => stripVTControlCharacters(shown(cell)).length;
  const widths = Array.from({ length: columns }, (_, i) => Math.max(...rows.map((row) => length(row[i]))));
  const numeric = widths.map((_, i) =>
    rows.every((row, n) => row[i] === undefined || typeof row[i] === 'number' || n === 0),
  );
  return rows.map((row) =>
    widths
      .map((width, i) => {
        const gap = ' '.repeat(width - length(row[i]));
        return numeric[i] ? gap + shown(row[i]) : shown(row[i]) + gap;
      })
      .join('  ')
      .trimEnd(),
  );
}
