/**
 * Builds the deployment package (docs/decisions: one file loads faster than the thousands a cold Functions instance would read):
 *
 * - `dist/index.cjs`: every function with all it needs, except the worker's own module;
 * - `dist/applicationinsights.cjs`: telemetry, apart because it is as large as everything else together and is imported only
 *   when it is switched on.
 *
 * `node esbuild.config.mjs [folder]`. Fails when the sandbox or a development dependency has found its way in.
 */
import { readFileSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

const TELEMETRY = 'applicationinsights';
const { devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
/** Optional parts of dependencies that are not installed and not used: native SQL driver, desktop credential caches. */
const absent = ['msnodesqlv8', 'msnodesqlv8/*', '@azure/functions-core'];

/** Leaves the import of the telemetry package as an import of the file beside. */
const telemetryApart = {
  name: 'telemetry-apart',
  setup({ onResolve }) {
    onResolve({ filter: new RegExp(`^${TELEMETRY}$`) }, () => ({ path: `./${TELEMETRY}.cjs`, external: true }));
  },
};

const common = {
  bundle: true,
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  minifySyntax: true,
  minifyWhitespace: true,
  keepNames: true,
  legalComments: 'none',
  external: absent,
  metafile: true,
  logLevel: 'warning',
};

const folder = process.argv[2] ?? 'dist';
rmSync(folder, { recursive: true, force: true });
const results = await Promise.all([
  build({ ...common, entryPoints: ['functions/index.ts'], outfile: `${folder}/index.cjs`, plugins: [telemetryApart] }),
  build({ ...common, entryPoints: [TELEMETRY], outfile: `${folder}/${TELEMETRY}.cjs` }),
]);

const unwanted = new RegExp(`^(src/sandbox|test)/|^node_modules/(${Object.keys(devDependencies).join('|')})/`);
for (const { metafile } of results) {
  const found = Object.keys(metafile.inputs).filter((file) => unwanted.test(file));
  if (found.length > 0) throw new Error(`Not for deployment, yet bundled: ${found.join(', ')}`);
  for (const [file, { bytes }] of Object.entries(metafile.outputs)) {
    process.stdout.write(`${file}  ${(bytes / 1024 / 1024).toFixed(1)} MB\n`);
  }
}
