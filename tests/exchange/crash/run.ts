/**
 * The proof that nothing acknowledged is lost: two operators exchange mail under load while their servers and databases are
 * killed at random instants. After each kill everything that was acknowledged is looked for (`journal.ts` has the rules); in
 * the end the queues are let run dry, and every email is read again.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type OperatorProcess,
  type OperatorsWorld,
  openOperators,
  type PlayedPeer,
} from '../../../testkit/operators.ts';
import { hurryQueue, Inspection, waiting } from './inspection.ts';
import { type Entry, Journal, type JournalFigures, type Place } from './journal.ts';
import { type Kill, kill, serverKills } from './kills.ts';
import { Lane, type LaneParts } from './load.ts';
import { composeLoadMessage, type LoadMessage } from './messages.ts';
import { Random } from './random.ts';
import { startWitness, type Witness } from './witness.ts';

export interface CrashOptions {
  readonly kills: readonly Kill[];
  readonly seed: number;
  /** All emails are read again after every so many kills, and in the end. */
  readonly verifyEvery: number;
  readonly say: (text: string) => void;
}

export interface CrashReport extends JournalFigures {
  /** SIGKILLs of a server process. */
  readonly serverKills: number;
  readonly kills: Readonly<Record<string, number>>;
  readonly seconds: number;
  readonly firstFaults: readonly string[];
  /** What the servers complained of, and how often. */
  readonly complaints: Readonly<Record<string, number>>;
}

const witnessName = 'temoin';
const localParts = ['administrateur', 'anne', 'bruno', 'claire'];
const witnessed = ['paul', 'quentin', 'rose'];
const drainMs = 120_000;

export async function runCrashes(options: CrashOptions): Promise<CrashReport> {
  const startedAt = performance.now();
  const folder = await mkdtemp(path.join(tmpdir(), 'hygie-crash-'));
  const world = await openOperators({ folder, operators: { nord: localParts, sud: localParts }, peers: [witnessName] });
  try {
    const [peer] = world.peers;
    if (peer === undefined) throw new Error('the world lacks its witness');
    const witness = await startWitness(peer);
    try {
      const run = new Run(options, world, { peer, witness });
      await run.all().finally(() => run.halt());
      const { figures, faults, kills } = run.conclude();
      return {
        ...figures,
        serverKills: kills.reduce((sum, one) => sum + serverKills[one], 0),
        kills: Object.fromEntries(
          Map.groupBy(kills, (one) => one)
            .entries()
            .map(([name, all]) => [name, all.length]),
        ),
        seconds: Math.round((performance.now() - startedAt) / 1000),
        firstFaults: faults.slice(0, 20),
        complaints: await complaintsOf(world.operators),
      };
    } finally {
      await witness.stop();
    }
  } finally {
    await world.close();
    await rm(folder, { recursive: true, force: true });
  }
}

class Run {
  readonly #options: CrashOptions;
  readonly #operators: readonly OperatorProcess[];
  readonly #peer: PlayedPeer;
  readonly #witness: Witness;
  readonly #random: Random;
  readonly #journal = new Journal();
  readonly #inspections: ReadonlyMap<OperatorProcess, Inspection>;
  readonly #lanes: readonly Lane[];
  readonly #kills: Kill[] = [];
  /** When the server of each was last killed: leases taken before are nobody's. */
  readonly #killedAt = new Map<OperatorProcess, Date>();

  constructor(options: CrashOptions, world: OperatorsWorld, { peer, witness }: { peer: PlayedPeer; witness: Witness }) {
    this.#options = options;
    this.#operators = world.operators;
    this.#peer = peer;
    this.#witness = witness;
    this.#random = new Random(options.seed);
    this.#inspections = new Map(world.operators.map((each) => [each, new Inspection(each, this.#journal)]));
    this.#lanes = world.operators.flatMap((operator) => [
      ...[1, 2].map(() => new Lane(this.#relaying(operator))),
      ...[1, 2].map(() => new Lane(this.#submitting(operator))),
    ]);
  }

  async all(): Promise<void> {
    for (const [index, one] of this.#options.kills.entries()) {
      await this.#cycle(one);
      if ((index + 1) % this.#options.verifyEvery === 0) {
        for (const inspection of this.#inspections.values()) await inspection.verify();
        this.#options.say(`${index + 1} cycles, ${this.#journal.faults.length} faults`);
      }
      if (this.#journal.faults.length > 0) return; // the state after the first fault is what tells its cause
    }
    for (const lane of this.#lanes) await lane.finish();
    await this.#drain();
    this.#journal.conclude();
    for (const inspection of this.#inspections.values()) await inspection.verify();
  }

  /** No lane goes on, whatever happened. */
  async halt(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.halt()));
  }

  conclude(): { figures: JournalFigures; faults: readonly string[]; kills: readonly Kill[] } {
    return { figures: this.#journal.figures(), faults: this.#journal.faults, kills: this.#kills };
  }

  async #cycle(one: Kill): Promise<void> {
    this.#kills.push(one);
    for (const lane of this.#lanes) lane.start();
    await sleep(this.#random.integer(20, 900));
    const target = this.#random.one(this.#operators);
    const killed = await kill(one, { target, operators: this.#operators, random: this.#random });
    for (const operator of killed) this.#killedAt.set(operator, new Date());
    await Promise.all(killed.map(startAgain));
    // What is unknown is looked at before it is handed over again, or after; a database that was killed is waited for.
    if (killed.length === 0) await sleep(this.#random.integer(0, 600));
    await Promise.all(this.#lanes.map((lane) => lane.pause()));
    for (const operator of this.#operators) {
      if (operator.isRunning) continue;
      this.#journal.faults.push(`the server of ${operator.name} ended by itself: ${operator.lastWords()}`);
      return;
    }
    await this.#inspect();
  }

  async #inspect(): Promise<void> {
    this.#witness.tell(this.#journal);
    await Promise.all(
      [...this.#inspections].map(([operator, inspection]) =>
        inspection.over(async (product) => {
          await inspection.look(product);
          const killedAt = this.#killedAt.get(operator);
          if (killedAt !== undefined) await hurryQueue(product, killedAt);
        }),
      ),
    );
    // Judged once both have been looked at: what is beyond one is here at the other.
    for (const operator of this.#operators) this.#journal.judge(operator.name);
  }

  /** Lets both queues run dry, over servers that stopped in order. */
  async #drain(): Promise<void> {
    for (const operator of this.#operators) {
      await operator.stop();
      this.#killedAt.set(operator, new Date());
      await operator.start();
    }
    const deadline = Date.now() + drainMs;
    for (;;) {
      const left: number[] = [];
      for (const [operator, inspection] of this.#inspections) {
        const killedAt = this.#killedAt.get(operator) ?? new Date();
        left.push(
          await inspection.over(async (product) => {
            await hurryQueue(product, killedAt);
            return waiting(product);
          }),
        );
      }
      if (left.every((count) => count === 0)) break;
      if (Date.now() > deadline) {
        this.#journal.faults.push(`the queues do not run dry: ${left}`);
        break;
      }
      await sleep(250);
    }
    await this.#inspect();
  }

  /** The witness hands messages over to `operator`. */
  #relaying(operator: OperatorProcess): LaneParts {
    return this.#laneParts({
      port: operator.ports.smtp,
      context: this.#peer.context,
      next: () => {
        const to = this.#random.some([...operator.accounts.keys()], 1, 3);
        const message = composeLoadMessage(this.#random, `paul@${this.#peer.domain}`, to);
        return this.#opened(message, { takenBy: operator.name, here: to.map((each) => inboxOf(operator, each)) });
      },
    });
  }

  /** People of `operator` write to their own, to the other operator and to the witness. */
  #submitting(operator: OperatorProcess): LaneParts {
    const others = this.#operators.filter((other) => other !== operator);
    return this.#laneParts({
      port: operator.ports.submission,
      person: operator.person,
      next: () => {
        const own = [...operator.accounts.keys()];
        const from = this.#random.one(own);
        const local = this.#random.some(own, 0, 1);
        const remote = others.flatMap((other) => this.#random.some([...other.accounts.keys()], 1, 2));
        const toWitness = this.#random.some(witnessed, 0, 2).map((name) => `${name}@${this.#peer.domain}`);
        const message = composeLoadMessage(this.#random, from, [...local, ...remote, ...toWitness]);
        const beyond = others.flatMap((other) =>
          remote.filter((each) => other.accounts.has(each)).map((each) => inboxOf(other, each)),
        );
        return this.#opened(message, {
          takenBy: operator.name,
          here: [`${operator.name}/${from}/sent`, ...local.map((each) => inboxOf(operator, each))],
          beyond,
          witnessed: toWitness,
        });
      },
    });
  }

  #opened(
    message: LoadMessage,
    places: Pick<Entry, 'takenBy' | 'here'> & Partial<Pick<Entry, 'beyond' | 'witnessed'>>,
  ): { message: LoadMessage; entry: Entry } {
    return { message, entry: this.#journal.open(message, { beyond: [], witnessed: [], ...places }) };
  }

  #laneParts(parts: Omit<LaneParts, 'journal' | 'pauseMs'>): LaneParts {
    return { ...parts, journal: this.#journal, pauseMs: () => this.#random.integer(0, 80) };
  }
}

/** Until it is ready. */
async function startAgain(operator: OperatorProcess): Promise<void> {
  while (!(await operator.start()));
}

function inboxOf(operator: OperatorProcess, address: string): Place {
  return `${operator.name}/${address}/inbox`;
}

/** Lines of the logs at `warn` and above, counted by what they say. */
async function complaintsOf(operators: readonly OperatorProcess[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const operator of operators) {
    const lines = (await readFile(operator.logFile, 'utf8')).split('\n').filter((line) => line.startsWith('{'));
    for (const line of lines) {
      const { event, fault, faultCode, cause, failure, alert } = JSON.parse(line);
      const name = [event, alert, failure, fault, faultCode, cause].filter((word) => word !== undefined).join(' ');
      counts[name] = (counts[name] ?? 0) + 1;
    }
  }
  return counts;
}
