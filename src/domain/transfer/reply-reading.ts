import type { EnhancedCode, Reply } from '../../formats/smtp/reply.ts';
import type { Cause } from './failure-policy.ts';

/**
 * What a peer's refusal says, read from its codes first and from its words last: operators of the trust space answer with
 * the codes of whatever server they run, and the citizens' mailbox with texts whose codes are not published.
 */
export interface ReplyReading {
  readonly cause: Cause;
  /** RFC 3463 code for the report: the peer's own, or what its reply code amounts to. */
  readonly status: string;
}

/** Words that say more than a code, in the order in which they are tried. Texts of the field, in French and English. */
const words: readonly (readonly [RegExp, Cause])[] = [
  // Seed 000, question 3: some operators (Apicrypt for one) open themselves to the trust space at their user's request only.
  [/interop[eé]rabilit|interop-mssante/i, 'interoperability-off'],
  [/patient (?:not found|inconnu|introuvable)|bo[iî]te (?:ferm[eé]e|cl[oô]tur[eé]e)|mailbox closed/i, 'patient-closed'],
  [
    /user unknown|unknown user|no such user|does not exist|n['’]existe pas|inconnu|invalid (?:address|recipient)/i,
    'recipient-unknown',
  ],
  [/over ?quota|quota exceeded|mailbox (?:is )?full|bo[iî]te pleine/i, 'mailbox-full'],
  [/too (?:large|big)|size limit|trop volumineu/i, 'too-large'],
  [/too many hops|loop/i, 'loop'],
];

/** RFC 3463 §3: `subject.detail`, whatever the class. */
const byEnhanced: Readonly<Record<string, Cause>> = {
  '1.0': 'recipient-unknown',
  '1.1': 'recipient-unknown',
  '1.2': 'domain-unknown',
  '1.3': 'recipient-unknown',
  '1.6': 'mailbox-closed',
  '1.10': 'recipient-unknown',
  '2.0': 'mailbox-closed',
  '2.1': 'mailbox-closed',
  '2.2': 'mailbox-full',
  '2.3': 'too-large',
  '3.1': 'mailbox-full',
  '3.2': 'peer-busy',
  '3.4': 'too-large',
  '4.5': 'peer-busy',
  '4.6': 'loop',
  '5.3': 'peer-busy',
  '6.0': 'content-refused',
  '6.1': 'content-refused',
  '6.3': 'content-refused',
  '6.7': 'unsupported-address',
  '7.0': 'not-authorized',
  '7.1': 'not-authorized',
  '7.2': 'not-authorized',
};

/** RFC 5321 §4.2.3, for peers without enhanced codes: cause, and the code that a report gives. */
const byCode: Readonly<Record<number, readonly [Cause, EnhancedCode]>> = {
  421: ['peer-busy', '4.3.2'],
  450: ['peer-busy', '4.2.0'],
  451: ['peer-busy', '4.3.0'],
  452: ['peer-busy', '4.3.1'],
  550: ['recipient-unknown', '5.1.1'],
  551: ['recipient-unknown', '5.1.6'],
  552: ['mailbox-full', '5.2.2'],
  553: ['recipient-unknown', '5.1.3'],
  554: ['peer-refused', '5.0.0'],
};

/** Reads a refusal (4yz or 5yz). */
export function readReply(reply: Reply): ReplyReading {
  const isPermanent = reply.code >= 500;
  const byReplyCode =
    byCode[reply.code] ?? ([isPermanent ? 'peer-refused' : 'peer-busy', `${isPermanent ? 5 : 4}.0.0`] as const);
  // RFC 2034 §4: an enhanced code of another class than the reply's is wrong, and the reply code wins.
  const enhanced = reply.enhanced?.startsWith(isPermanent ? '5' : '4') === true ? reply.enhanced : undefined;
  const said = words.find(([pattern]) => pattern.test(reply.lines.join(' ')))?.[1];
  const meant = enhanced === undefined ? undefined : byEnhanced[enhanced.slice(2)];
  return { cause: said ?? meant ?? byReplyCode[0], status: enhanced ?? byReplyCode[1] };
}
