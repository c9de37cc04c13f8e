/** `npm start`: the whole service on this machine, with nothing to install and no account. */
import { isSyncError } from '../domain/errors.ts';
import { serveLive } from './live.ts';
import { runOnce } from './once.ts';
import { HELP, readOptions, type SandboxOptions } from './options.ts';
import { serve } from './serve.ts';
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

function run(options: SandboxOptions, terminal: Terminal): Promise<number> {
  switch (options.mode) {
    case 'once':
      return runOnce(options, terminal);
    case 'serve':
      return serve(options, terminal);
    case 'live':
      return serveLive(options, terminal);
  }
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
