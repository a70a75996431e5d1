/** The entry of the program: `hygie <command>`. Composes the ends; the only place that sets the exit code of the process. */
import { text as readText } from 'node:stream/consumers';
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
  // Whoever reads our output may stop reading (`| head`): that is no fault.
  process.stdout.on('error', (fault) => {
    if (!('code' in fault) || fault.code !== 'EPIPE') throw fault;
  });
  process.exitCode = await runCli(
    {
      commands: commands({ environment: process.env, clock: systemClock }),
      io: {
        out: (text) => process.stdout.write(text),
        err: (text) => process.stderr.write(text),
        errIsScreen: process.stderr.isTTY,
        read: () => readText(process.stdin),
      },
      openProduct: (options) => openForCommand(process.env, options, log),
    },
    process.argv.slice(2),
  );
}
