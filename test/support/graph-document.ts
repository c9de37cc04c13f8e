import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type ListedBehaviour, listBehaviours } from './graph-behaviours.ts';

const INTRODUCTION = `# The simulated Microsoft Graph

The sandbox and the tests run against a simulator of the part of Microsoft Graph this service uses. It follows the
strictest reading of what is documented and of what people reported. This page lists every behaviour it
imitates. It is generated from the contract tests in \`test/contract/graph-simulator/behaviours\`
(\`npm run docs:graph\`): each row below is the title of a test, so a row without a test cannot exist.

**Standing.** *confirmed*: in Microsoft's documents, metadata or SDK source. *field report*: seen by others against the live
service. *unconfirmed*: the strictest guess; try it on a tenant before depending on the opposite.

**Source.** \`L:\` is a page of learn.microsoft.com/graph, \`C:\` a file of github.com/microsoftgraph/microsoft-graph-docs-contrib,
\`EXO:\` an Exchange page, \`CSDL\` the published metadata, \`FIELD-1\` notes of a third party's live test, \`FIELD-2\` behaviour shipping open-source clients rely on, \`#n\` an issue
(\`mg-docs\` = microsoftgraph/microsoft-graph-docs, \`mg-docs-c\` = its contrib repository).
`;

const NOT_SIMULATED: readonly string[] = [
  'Rich notifications (`includeResourceData`, encryption, validation tokens), Event Hubs and Event Grid delivery.',
  'Open extensions and schema extensions, attachments, online meetings with their join links, proposed new times, forwarding.',
  'Recurring exceptions that are cancelled but kept: a cancelled occurrence disappears from every read.',
  '`events/delta` (beta); the `/beta` prefix answers as v1.0 does. `/me` and delegated permissions.',
  '`$filter` on calendarView other than the documented failure, `$search`, `$orderby` by anything but the start.',
  'OAuth: any bearer token is accepted, or those of a list. Roles and scopes are simulated as access to a mailbox, not by name.',
  'The access token that rides with a subscription; reauthorizationRequired comes before the end of the subscription only.',
  'Archive mailboxes, mail folders, delegates, calendar permissions and sharing, groups, contacts, meeting updates by mail reply.',
  'Limits of open extensions and of Places upsert; the upload limit counts request bodies, shared out evenly in a batch.',
  'Exchange’s own HTML clean-up: bodies are wrapped and re-encoded, not rewritten.',
  'Services other than Outlook calendars, Places, users by id and subscriptions.',
];

/** Loads the behaviour tests of `folder` and lists what they declare, file by file. */
export function loadBehaviours(folder: string): Promise<readonly ListedBehaviour[]> {
  return listBehaviours(async () => {
    const files = readdirSync(folder).filter((name) => name.endsWith('.test.ts'));
    for (const file of files.sort()) await import(join(folder, file));
  });
}

/** Without the numbers that order our own notes on Graph: nobody else has them. */
function publicSource(source: string): string {
  return source.replace(/^\d[\d.]*(, \d[\d.]*)*(, |; | |$)/, '') || 'none published';
}

const cell = (text: string): string => text.replaceAll('|', '\\|');

/** The page as Markdown. */
export function renderDocument(behaviours: readonly ListedBehaviour[]): string {
  const areas = [...new Set(behaviours.map((each) => each.area))];
  const count = (standing: string): number => behaviours.filter((each) => each.standing === standing).length;
  const summary = `${behaviours.length} behaviours: ${count('confirmed')} confirmed, ${count('field report')} from field reports, ${count('unconfirmed')} unconfirmed.`;
  const sections = areas.map((area) => {
    const rows = behaviours
      .filter((each) => each.area === area)
      .map(
        ({ id, behaviour, source, standing }) =>
          `| ${id} | ${cell(behaviour)} | ${cell(publicSource(source))} | ${standing} |`,
      );
    return [`## ${area}`, '', '| test | behaviour | source | standing |', '|---|---|---|---|', ...rows, ''].join('\n');
  });
  const omissions = ['## Not simulated', '', ...NOT_SIMULATED.map((each) => `- ${each}`), ''].join('\n');
  return [INTRODUCTION, `${summary}\n`, ...sections, omissions].join('\n');
}
