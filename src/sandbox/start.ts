/** `npm start`: the whole service on this machine, with nothing to install and no account. */
import { enableCompileCache } from 'node:module';
import { isSyncError } from '../domain/errors.ts';
import { HELP, readOptions, type SandboxOptions } from './options.ts';
import { createTerminal, type Terminal } from './terminal.ts';

async function main(args: readonly string[]): Promise<number> {
  const { stdout: out, stderr: err, env } = process;
  const options = parse(args, err);
  if (options === 'refused') return 1;
  if (options === null) {
    out.write(HELP);
    return 0;
  }
  const terminal = createTerminal({ out, err, json: options.json, env });
  try {
    return await run(options, terminal);
  } catch (error) {
    // What we say ourselves tells the user what to do; anything else is ours to find.
    terminal.fail(isSyncError(error) ? error.message : String(error instanceof Error ? error.stack : error));
    return 1;
  }
}

function parse(args: readonly string[], err: { write(text: string): unknown }): SandboxOptions | null | 'refused' {
  try {
    return readOptions(args);
  } catch (error) {
    err.write(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
    return 'refused';
  }
}

/** Each mode is loaded when it is asked for, so that help and mistakes are answered at once. */
async function run(options: SandboxOptions, terminal: Terminal): Promise<number> {
  switch (options.mode) {
    case 'once':
      return (await import('./once.ts')).runOnce(options, terminal);
    case 'serve':
      return (await import('./serve.ts')).serve(options, terminal);
    case 'live':
      return (await import('./live.ts')).serveLive(options, terminal);
  }
}

// Later starts find their code compiled.
enableCompileCache();
void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
