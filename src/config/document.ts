/** The settings as people read them: README table and `local.settings.example.json`, both made from the schema. */
import { SETTING_SECTIONS, type SettingNotes, settingNotes } from './fields.ts';
import { allRules } from './schema.ts';

/** A setting with its notes, in reading order. */
export function listSettings(): readonly ({ readonly name: string } & SettingNotes)[] {
  const all = Object.entries(allRules).map(([name, rule]) => {
    const notes = settingNotes.get(rule);
    if (notes === undefined) throw new Error(`setting ${name} has no notes`);
    return { name, ...notes };
  });
  return SETTING_SECTIONS.flatMap((section) => all.filter((one) => one.section === section));
}

/** One Markdown table per section. */
export function settingsMarkdown(): string {
  const settings = listSettings();
  return SETTING_SECTIONS.map((section) => {
    const rows = settings
      .filter((one) => one.section === section)
      .map((one) => `| \`${one.name}\` | ${defaultCell(one)} | ${one.description.replaceAll('|', '\\|')} |`);
    return [`#### ${section}`, '', '| setting | default | meaning |', '|---|---|---|', ...rows].join('\n');
  }).join('\n\n');
}

/** Settings a laptop needs beside the defaults; everything else is listed with its default or empty. */
const LOCAL: Readonly<Record<string, string>> = {
  SQLITE_FILE: 'booking.sqlite',
  HTTP_AUTH_LEVEL: 'anonymous',
};

/** The file `local.settings.example.json`, to be copied to `local.settings.json`. Empty values count as not set. */
export function localSettingsExample(): string {
  const values = listSettings().map(({ name, default: fallback = '' }) => [name, LOCAL[name] ?? fallback]);
  const platform = { FUNCTIONS_WORKER_RUNTIME: 'node', AzureWebJobsStorage: 'UseDevelopmentStorage=true' };
  const file = {
    IsEncrypted: false,
    Values: { ...platform, ...Object.fromEntries(values) },
    Host: { LocalHttpPort: 8082 },
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}

const BEGIN = '<!-- settings: made from src/config by `npm run docs` -->';
const END = '<!-- /settings -->';

/** The README with its settings tables renewed; throws when the markers are gone. */
export function withSettings(readme: string): string {
  const [before, rest] = readme.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`the README must hold ${BEGIN} and ${END}`);
  return `${before}${BEGIN}\n\n${settingsMarkdown()}\n\n${END}${after}`;
}

function defaultCell({ default: fallback, example, secret }: SettingNotes): string {
  if (fallback !== undefined) return `\`${fallback}\``;
  if (secret === true) return 'none (secret)';
  return example === undefined ? 'none' : `none, e.g. \`${example}\``;
}
