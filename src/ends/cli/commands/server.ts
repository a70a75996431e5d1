import { Refusal } from '../../../base/errors.ts';
import { createLog } from '../../../base/log.ts';
import { type Config, loadConfig } from '../../../platform/config/config.ts';
import { migrate } from '../../../platform/db/migrate.ts';
import { loadKeyRing } from '../../../platform/keys/key-ring.ts';
import { borrowDatabaseWays, openDatabaseWays } from '../../database-ways.ts';
import { startServer } from '../../server.ts';
import { type Command, exitCode, UsageFault } from '../cli.ts';
import type { CommandParts } from '../commands.ts';
import { findConfig } from '../configurations.ts';
import { cliTexts } from '../texts.ts';

const services: readonly Config['services'][number][] = ['smtp', 'submission', 'http', 'worker'];

function servicesOption(text: string | undefined): Config['services'] | undefined {
  if (text === undefined) return undefined;
  return text.split(',').map((name) => {
    const found = services.find((one) => one === name.trim());
    if (found === undefined) throw new UsageFault(cliTexts.serve.unknownService(name));
    return found;
  });
}

/** Resolves at the first signal that asks the program to stop. Those that follow change nothing: the database comes last. */
async function stopAsked(): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => resolve());
  });
}

export function serverCommands({ environment, clock }: CommandParts): readonly Command[] {
  return [
    {
      name: 'serve',
      summary: cliTexts.serve.summary,
      usage: '[--services smtp,submission,http,worker]',
      options: { services: { type: 'string', help: cliTexts.serve.services } },
      async run(invocation) {
        const chosen = servicesOption(invocation.text('services'));
        if (!environment['HYGIE_CONFIG']) throw new Refusal('no-configuration', cliTexts.serve.noConfiguration);
        // Production alone: a configuration of the sandbox is refused here, by `loadConfig`.
        const config = await loadConfig({ mode: 'production', environment });
        const log = createLog({ level: config.log.level, write: (line) => process.stdout.write(line) });
        // An exposed key is refused before anything is made; a command that gives the key is not asked twice.
        if (config.keys.kind === 'file') await loadKeyRing(config.keys, config);
        const { ways, close } = await openDatabaseWays(config, log);
        try {
          await migrate({ ownerUrl: ways.ownerUrl, log });
          const server = await startServer({
            config: { ...config, services: chosen ?? config.services },
            log,
            ways,
            clock,
            applicationName: 'hygie',
          });
          const reload = (): void => {
            server.reload().catch((fault: unknown) => log.error('server.reload-failed', {}, fault));
          };
          process.on('SIGHUP', reload);
          await stopAsked();
          process.off('SIGHUP', reload);
          log.info('server.stopping');
          await server.stop();
        } finally {
          await close();
        }
        return exitCode.done;
      },
    },
    {
      name: 'migrate',
      summary: cliTexts.migrate.summary,
      usage: '',
      options: {},
      async run(invocation) {
        const config = await findConfig(environment, invocation.text('operator'));
        const log = createLog({ level: 'error', write: (line) => invocation.io.err(line) });
        const { ways, close } = await borrowDatabaseWays(config, log);
        try {
          const applied = await migrate({ ownerUrl: ways.ownerUrl, log });
          invocation.print({ applied }, [cliTexts.migrate.done(applied.length)]);
        } finally {
          await close();
        }
        return exitCode.done;
      },
    },
  ];
}
