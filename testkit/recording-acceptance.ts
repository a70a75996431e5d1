import { createSecureContext, type SecureContext } from 'node:tls';
import { systemClock } from '../src/base/clock.ts';
import { silentLog } from '../src/base/log.ts';
import type {
  AbortReason,
  AdmissionVerdict,
  CommitVerdict,
  Credentials,
  EnvelopeRecipient,
  InboundAcceptance,
  MessageSink,
  Peer,
  SenderEnvelope,
  SubmissionAcceptance,
  Transaction,
  Verdict,
} from '../src/domain/transfer/acceptance.ts';
import type { SmtpdLimits, SmtpdOptions } from '../src/ends/smtpd/options.ts';
import { type SmtpServer, startSmtpServer } from '../src/ends/smtpd/smtpd.ts';
import { wholeHandshakes } from '../src/platform/wire/secure.ts';
import { createAuthority } from './authority/authority.ts';

export interface RecordedMessage {
  readonly envelope: SenderEnvelope;
  readonly recipients: readonly EnvelopeRecipient[];
  readonly content: string;
}

/** What a test may answer in place of "accepted". */
export interface Answers {
  peer?: () => Promise<AdmissionVerdict>;
  sender?: (envelope: SenderEnvelope) => Verdict;
  recipient?: (recipient: EnvelopeRecipient) => Verdict;
  write?: (chunk: Buffer) => Promise<void> | undefined;
  commit?: () => Promise<CommitVerdict>;
}

/** A domain that takes everything, keeps it in memory, and remembers what it was asked. */
export class RecordingAcceptance implements InboundAcceptance, SubmissionAcceptance {
  readonly messages: RecordedMessage[] = [];
  readonly peers: Peer[] = [];
  readonly aborts: AbortReason[] = [];
  readonly credentials: Credentials[] = [];
  /** Sinks that were neither committed nor aborted. */
  openSinks = 0;
  answers: Answers = {};

  async admitPeer(peer: Peer): Promise<AdmissionVerdict> {
    this.peers.push(peer);
    return (await this.answers.peer?.()) ?? this.#admitted();
  }

  async authenticate(credentials: Credentials, peer: Peer): Promise<AdmissionVerdict> {
    this.peers.push(peer);
    this.credentials.push(credentials);
    if (credentials.authenticationId === 'zoe' && credentials.password.revealText() === 'secret')
      return this.#admitted();
    return { kind: 'refused', reply: { code: 535, enhanced: '5.7.8', text: 'credentials-refused' } };
  }

  #admitted(): AdmissionVerdict {
    return {
      kind: 'admitted',
      admission: {
        openTransaction: async (envelope) => {
          const verdict = this.answers.sender?.(envelope) ?? { kind: 'accepted' };
          return verdict.kind === 'accepted' ? { kind: 'opened', transaction: this.#transaction(envelope) } : verdict;
        },
      },
    };
  }

  #transaction(envelope: SenderEnvelope): Transaction {
    const recipients: EnvelopeRecipient[] = [];
    return {
      admitRecipient: async (recipient) => {
        const verdict = this.answers.recipient?.(recipient) ?? { kind: 'accepted' };
        if (verdict.kind === 'accepted') recipients.push(recipient);
        return verdict;
      },
      receive: async () => ({ kind: 'receiving', sink: this.#sink(envelope, recipients) }),
    };
  }

  #sink(envelope: SenderEnvelope, recipients: readonly EnvelopeRecipient[]): MessageSink {
    const chunks: Buffer[] = [];
    this.openSinks += 1;
    return {
      write: (chunk) => {
        chunks.push(chunk);
        return this.answers.write?.(chunk);
      },
      commit: async () => {
        this.openSinks -= 1;
        const verdict = await this.answers.commit?.();
        if (verdict !== undefined && verdict.kind !== 'accepted') return verdict;
        this.messages.push({ envelope, recipients, content: Buffer.concat(chunks).toString('latin1') });
        return { kind: 'accepted', reference: `recorded-${this.messages.length}` };
      },
      abort: async (reason) => {
        this.openSinks -= 1;
        this.aborts.push(reason);
      },
    };
  }
}

export interface TestServer {
  readonly acceptance: RecordingAcceptance;
  readonly server: SmtpServer;
  readonly port: number;
  /** What a client of another operator presents. */
  readonly clientContext: SecureContext;
}

const dn = 'CN=mss.hopital.example,OU=318310021300028,O=HOPITAL,ST=Haute-Garonne (31),C=FR';

/** A server of `kind` on loopback whose domain records. The caller stops it. */
export async function startRecordingServer(
  kind: 'inbound' | 'submission',
  options: { limits?: Partial<SmtpdLimits>; log?: SmtpdOptions['log'] } = {},
): Promise<TestServer> {
  const authority = createAuthority({ name: 'ESSAI', at: new Date() });
  const ours = authority.issue({ dn });
  const theirs = authority.issue({ dn: dn.replace('hopital', 'cabinet') });
  const secureContext = createSecureContext({ ...wholeHandshakes, key: ours.keyPem, cert: ours.chainPem });
  const acceptance = new RecordingAcceptance();
  const server = await startSmtpServer(
    {
      serverName: 'mss.hopital.example',
      role: { kind, acceptance },
      secureContext: () => secureContext,
      clock: systemClock,
      log: options.log ?? silentLog,
      limits: { stopMs: 500, ...options.limits },
    },
    { host: '127.0.0.1', port: 0 },
  );
  const clientContext = createSecureContext({ key: theirs.keyPem, cert: theirs.chainPem });
  return { acceptance, server, port: server.port, clientContext };
}
