import { Refusal } from '../src/base/errors.ts';
import { isPortFree } from '../src/platform/db/embedded/port.ts';
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
    operators: [0, 100, 200].map((shift) => ({
      smtp: base + shift + 25,
      plain: base + shift + 80,
      imap: base + shift + 143,
      https: base + shift + 443,
      submission: base + shift + 587,
    })),
  };
}

/** Refuses a world one of whose ports is taken, before anything of it starts. PostgreSQL looks after its own. */
export async function requireFreePorts({ publisher, operators }: WorldPorts): Promise<void> {
  const ports = [
    publisher,
    ...operators.flatMap(({ smtp, plain, https, submission }) => [smtp, plain, https, submission]),
  ];
  for (const port of ports) {
    if (!(await isPortFree(port))) throw new Refusal('port-taken', sandboxTexts.portTaken(port));
  }
}
