/** An operator that the test plays and that is never killed: it remembers for whom it took what. */
import { systemClock } from '../../../src/base/clock.ts';
import { silentLog } from '../../../src/base/log.ts';
import { startSmtpServer } from '../../../src/ends/smtpd/smtpd.ts';
import type { PlayedPeer } from '../../../testkit/operators.ts';
import { RecordingAcceptance } from '../../../testkit/recording-acceptance.ts';
import type { Journal } from './journal.ts';

export interface Witness {
  /** Tells the journal what came since the last time. */
  tell(journal: Journal): void;
  stop(): Promise<void>;
}

export async function startWitness(peer: PlayedPeer): Promise<Witness> {
  const acceptance = new RecordingAcceptance();
  const server = await startSmtpServer(
    {
      serverName: `mss.${peer.domain}`,
      role: { kind: 'inbound', acceptance },
      secureContext: () => peer.context,
      clock: systemClock,
      log: silentLog,
      limits: { stopMs: 500 },
    },
    { host: '127.0.0.1', port: peer.port },
  );
  return {
    tell: (journal) => {
      for (const { recipients, content } of acceptance.messages.splice(0)) {
        journal.witness(
          recipients.map(({ recipient }) => String(recipient)),
          Buffer.from(content, 'latin1'),
        );
      }
    },
    stop: () => server.stop(),
  };
}
