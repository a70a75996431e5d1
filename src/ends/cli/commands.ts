import type { Clock } from '../../base/clock.ts';
import type { Command } from './cli.ts';
import { accountCommands } from './commands/account.ts';
import { auditCommands } from './commands/audit.ts';
import { directoryCommands } from './commands/directory.ts';
import { keysCommands } from './commands/keys.ts';
import { queueCommands } from './commands/queue.ts';
import { sendCommand } from './commands/send.ts';
import { serverCommands } from './commands/server.ts';
import { userCommands } from './commands/user.ts';
import { verifyCommand } from './commands/verify.ts';
import { whiteListCommands } from './commands/white-list.ts';

export interface CommandParts {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
}

/** Every command, in the order of the help. */
export function commands(parts: CommandParts): readonly Command[] {
  return [
    ...serverCommands(parts),
    ...userCommands,
    ...accountCommands,
    sendCommand,
    ...queueCommands,
    ...directoryCommands,
    ...whiteListCommands,
    ...auditCommands,
    verifyCommand,
    ...keysCommands,
  ];
}
