import type { Session, SessionState } from '../session.ts';

/** A command: its name, where it is allowed, its grammar, what it does. */
export interface Command<Arguments> {
  readonly verb: string;
  readonly states: readonly SessionState[];
  /** True for commands that are part of no envelope: a bound stands on how many come between two messages. */
  readonly isIdle: boolean;
  /** Reads what follows the verb; throws the grammar's refusals. */
  readonly parse: (text: string, session: Session) => Arguments;
  readonly run: (session: Session, args: Arguments) => Promise<void> | void;
  /** For a command whose content follows whether it is allowed or not: reads that content away. */
  readonly skip?: (session: Session, args: Arguments) => Promise<void>;
}

/** A command whose arguments are nobody's business but its own. */
export interface AnyCommand {
  readonly verb: string;
  readonly states: readonly SessionState[];
  readonly isIdle: boolean;
  /** Reads the arguments; what it gives runs or skips the command with them. */
  readonly prepare: (text: string, session: Session) => Prepared;
}

export interface Prepared {
  readonly run: () => Promise<void> | void;
  readonly skip: () => Promise<void> | void;
}

/** Closes `command` over its arguments. */
export function define<Arguments>(command: Command<Arguments>): AnyCommand {
  return {
    verb: command.verb,
    states: command.states,
    isIdle: command.isIdle,
    prepare: (text, session) => {
      const args = command.parse(text, session);
      return { run: () => command.run(session, args), skip: () => command.skip?.(session, args) };
    },
  };
}
