import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { Refusal } from '../src/base/errors.ts';
import { sandboxTexts } from './texts.ts';

/** Ports of the small world, all counted from `HYGIE_PORT_BASE`, so that two worlds never meet. */
export interface OperatorPorts {
  readonly smtp: number;
  readonly plain: number;
  readonly imap: number;
  readonly https: number;
  readonly submission: number;
}

export interface WorldPorts {
  readonly postgres: number;
  /** Where the white list and the revocation lists are published. */
  readonly publisher: number;
  /** The stand-in Annuaire Santé, which is asked for one correspondent and takes publications. */
  readonly annuaire: number;
  readonly operators: readonly OperatorPorts[];
}

const defaultBase = 42_000;
const span = 1_000;

/** Throws when `HYGIE_PORT_BASE` is not a number that leaves room for all of them. */
export function worldPorts(environment: Readonly<Record<string, string | undefined>>): WorldPorts {
  const text = environment['HYGIE_PORT_BASE'];
  const base = text === undefined || text === '' ? defaultBase : Number(text);
  if (!Number.isInteger(base) || base < 1_024 || base + span > 65_536) {
    throw new Refusal('port-base', sandboxTexts.badPortBase);
  }
  return {
    postgres: base + 54,
    publisher: base + 90,
    annuaire: base + 91,
    operators: [0, 100, 200].map((shift) => ({
      smtp: base + shift + 25,
      plain: base + shift + 80,
      imap: base + shift + 143,
      https: base + shift + 443,
      submission: base + shift + 587,
    })),
  };
}

export interface HeldPorts {
  /** Lets go of one operator's ports, which listens on them at once; or, without it, of all that are left. */
  release(operator?: OperatorPorts): Promise<void>;
}

/**
 * Takes the ports of the operators before anything of the world starts: refuses when one is taken, and keeps the others from
 * becoming the near end of a connection meanwhile (the system gives such numbers away from 32768 on, and each operator opens
 * dozens of connections before it listens). PostgreSQL looks after its own.
 */
export async function holdPorts({ operators }: WorldPorts): Promise<HeldPorts> {
  const held = new Map<OperatorPorts, Server[]>();
  const release = async (operator?: OperatorPorts): Promise<void> => {
    for (const key of operator === undefined ? [...held.keys()] : [operator]) {
      await Promise.all((held.get(key) ?? []).map(close));
      held.delete(key);
    }
  };
  try {
    for (const operator of operators) {
      const servers: Server[] = [];
      held.set(operator, servers);
      const { smtp, plain, https, submission } = operator;
      for (const port of [smtp, plain, https, submission]) servers.push(await hold(port));
    }
  } catch (fault) {
    await release();
    throw fault;
  }
  return { release };
}

async function hold(port: number): Promise<Server> {
  const server = createServer((socket) => socket.destroy());
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return server;
  } catch (fault) {
    throw new Refusal('port-taken', sandboxTexts.portTaken(port), { cause: fault });
  }
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  await closed;
}
