/** `npm run docs`: writes what is made from the code. Tests fail while a file differs from what this would write. */
import { readFileSync, writeFileSync } from 'node:fs';
import { endpoints } from '../../functions/endpoints.ts';
import { localSettingsExample, withSettings } from '../../src/config/document.ts';
import { apiMarkdown } from '../../src/http/api-markdown.ts';
import { collectProofs, withProofs } from '../../test/support/requirements.ts';

const files: Readonly<Record<string, string>> = {
  'README.md': withSettings(readFileSync('README.md', 'utf8')),
  'docs/api.md': apiMarkdown(endpoints),
  'docs/requirements.md': withProofs(readFileSync('docs/requirements.md', 'utf8'), collectProofs()),
  'local.settings.example.json': localSettingsExample(),
};

for (const [file, content] of Object.entries(files)) {
  writeFileSync(file, content);
  console.log(`${file}  ${content.length} characters`);
}
