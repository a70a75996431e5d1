/** The entry of the program: `hygie <command>`. Composes the ends; the only place that sets the exit code of the process. */
import { systemClock } from './base/clock.ts';
import { createLog } from './base/log.ts';
import { exitCode, runCli } from './ends/cli/cli.ts';
import { commands } from './ends/cli/commands.ts';
import { openForCommand } from './ends/cli/open-product.ts';

if (import.meta.main) {
  const log = createLog({ level: 'error', write: (line) => process.stderr.write(line) });
  // Node would print the text of the fault, which may hold data (invariant 10).
  process.on('uncaughtException', (fault) => {
    log.error('program.bug', {}, fault);
    process.exit(exitCode.bug);
  });
  process.exitCode = await runCli(
    {
      commands: commands({ environment: process.env, clock: systemClock }),
      io: {
        out: (text) => process.stdout.write(text),
        err: (text) => process.stderr.write(text),
      },
      openProduct: (options) => openForCommand(process.env, options, log),
    },
    process.argv.slice(2),
  );
}
