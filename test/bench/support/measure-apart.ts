import { fork } from 'node:child_process';
import { resolve } from 'node:path';

/**
 * Runs `test/bench/<script>` in a process of its own and answers the one message it sends. Throws when it ends without; it has said why on
 * its standard error.
 */
export async function measureApart<T>(
  script: string,
  args: readonly string[],
  flags: readonly string[] = [],
): Promise<T> {
  const child = fork(resolve('test/bench', script), [...args], {
    execArgv: ['--disable-warning=ExperimentalWarning', ...flags],
  });
  return new Promise((answer, reject) => {
    child.once('message', (message) => answer(message as T));
    child.once('exit', (code) => reject(new Error(`${script} ${args.join(' ')} ended with ${code} and no figures.`)));
  });
}

/** The other side: sends what `measure` gives, or says why it cannot. */
export function answerParent(measure: () => Promise<unknown>): void {
  measure().then(
    (figures) => process.send?.(figures, () => process.disconnect()),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
}
