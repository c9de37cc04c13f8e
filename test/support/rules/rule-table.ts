/** A decision table as it is printed in docs/sync-rules.md; the rows themselves are what the unit tests run. */
export interface RuleTable {
  /** Names the place in the document: `<!-- rules:NAME -->`. */
  readonly name: string;
  readonly headings: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const PLACE = /<!-- rules:([a-z-]+) -->\n[\s\S]*?<!-- \/rules -->/g;

/** The document with every table written anew from its rows; throws when places and tables do not match. */
export function renderRules(document: string, tables: readonly RuleTable[]): string {
  const unused = new Map(tables.map((table) => [table.name, table]));
  const rendered = document.replace(PLACE, (_place, name: string) => {
    const table = unused.get(name);
    if (table === undefined) throw new Error(`docs/sync-rules.md asks for '${name}', once too often or unknown`);
    unused.delete(name);
    return `<!-- rules:${name} -->\n${toMarkdown(table)}\n<!-- /rules -->`;
  });
  if (unused.size > 0) throw new Error(`docs/sync-rules.md has no place for ${[...unused.keys()].join(', ')}`);
  return rendered;
}

function toMarkdown({ headings, rows }: RuleTable): string {
  const line = (cells: readonly string[]) => `| ${cells.map(asCell).join(' | ')} |`;
  return [line(headings), `|${headings.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

function asCell(cell: string): string {
  return cell
    .replaceAll('|', '\\|')
    .replace(/\r\n?|\n/g, '↵')
    .replaceAll('\t', '⇥');
}

/** A text as a table cell, long runs of one character shortened: `"ååå…" (300)`. */
export function quoted(text: string | null): string {
  if (text === null) return 'none';
  const length = Array.from(text).length;
  const shown = length > 60 ? `${Array.from(text).slice(0, 24).join('')}…` : text;
  return `\`${shown.replaceAll('`', "'") || ' '}\`${length > 60 ? ` (${length})` : ''}`;
}
