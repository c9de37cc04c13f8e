/** Which test proves which criterion: test titles name the S- and E-numbers they prove, `docs/requirements.md` lists them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A test's title in the source, possibly with placeholders of `each`. */
export interface Proof {
  readonly file: string;
  readonly title: string;
}

const TITLE = /\b(?:test|it|describe)(?:\.each\([^`'"]*\)|\.prop\([^`'"]*\))?\(\s*(['"`])((?:\\.|(?!\1).)*)\1/gs;
const EACH_TITLE = /\)\(\s*(['"`])((?:\\.|(?!\1).)*[SE]\d+(?:\\.|(?!\1).)*)\1/gs;
const NUMBERS = /\b([SE])(\d+)(?:\s*[-–]\s*\1?(\d+))?\b/g;

/** Criteria named at the head of a title: `S46, S47: ...`, `S61-S68: ...`, `E1: ...`. */
export function numbersOf(title: string): string[] {
  const head = /^([^:]*):/.exec(title)?.[1] ?? '';
  return [...head.matchAll(NUMBERS)].flatMap(([, kind = '', from = '', to]) => {
    const last = to === undefined ? Number(from) : Number(to);
    return Array.from({ length: last - Number(from) + 1 }, (_, index) => `${kind}${Number(from) + index}`);
  });
}

/** Every criterion with the tests whose title names it, in order of file and place. */
export function collectProofs(root = 'test'): ReadonlyMap<string, readonly Proof[]> {
  const proofs = new Map<string, Proof[]>();
  for (const file of testFiles(root)) {
    const source = readFileSync(file, 'utf8');
    for (const title of titlesOf(source)) {
      for (const number of new Set(numbersOf(title)))
        proofs.set(number, [...(proofs.get(number) ?? []), { file, title }]);
    }
  }
  return proofs;
}

function titlesOf(source: string): ReadonlySet<string> {
  const titles = [...source.matchAll(TITLE), ...source.matchAll(EACH_TITLE)];
  return new Set(titles.map(([, quote = '', title = '']) => title.replaceAll(`\\${quote}`, quote)));
}

function testFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? testFiles(path) : entry.name.endsWith('.test.ts') ? [path] : [];
    })
    .sort();
}

/** Begins the last column of what cannot be tested, followed by the reason; kept as it is written. */
const NOT_APPLICABLE = 'Not applicable:';

/** `docs/requirements.md` with its last column written from the tests. */
export function withProofs(markdown: string, proofs: ReadonlyMap<string, readonly Proof[]>): string {
  return markdown
    .split('\n')
    .map((line) => {
      const id = /^\| ([SE]\d+) \|/.exec(line)?.[1];
      if (id === undefined) return line;
      const cells = line.split(/(?<!\\) \| /);
      const last = cells.at(-1)?.replace(/ ?\|$/, '') ?? '';
      const shown = (proofs.get(id) ?? []).map(
        ({ file, title }) => `${escaped(title)} (\`${file.replace(/^test\//, '')}\`)`,
      );
      const proof = shown.length === 0 && last.startsWith(NOT_APPLICABLE) ? last : shown.join('<br>');
      return [...cells.slice(0, -1), `${proof} |`].join(' | ').replace(/ \| {2}\|$/, ' | |');
    })
    .join('\n');
}

/** Criteria of the document without any test. */
export function unproven(markdown: string, proofs: ReadonlyMap<string, readonly Proof[]>): string[] {
  return [...markdown.matchAll(/^\| ([SE]\d+) \|/gm)].map(([, id = '']) => id).filter((id) => !proofs.has(id));
}

function escaped(title: string): string {
  return title.replaceAll('|', '\\|').replaceAll('<', '&lt;').replace(/\s+/g, ' ');
}
