/** What became of a message that an account sent: one line for each of its recipients. */
import { Type } from 'typebox';
import { addressSchema, instantSchema, orNull, uuidSchema } from './forms.ts';

/** Bounds that the schemas state. */
export const deliveriesBounds = { emails: 100 };

/**
 * The furthest that is known, from what our queue did and from what came back:
 *
 *   queued    waits for its first attempt
 *   sending   an attempt is being made now
 *   delayed   an attempt failed, another follows (`nextAttemptAt`); or the peer has it and says that it is late
 *   accepted  the recipient's operator has taken it, and answers for it
 *   delivered it is in the recipient's mailbox
 *   read      a receipt says that it was displayed
 *   answered  the recipient wrote back
 *   failed    it did not arrive and will not: `failure` says why and what to do
 */
const stateSchema = Type.Enum(['queued', 'sending', 'delayed', 'accepted', 'delivered', 'read', 'answered', 'failed']);

/** What happened and what to do, in French, without the words of mail servers. */
const troubleSchema = Type.Object({
  what: Type.String(),
  advice: Type.String(),
  answer: orNull(Type.String({ description: 'the words of the server that refused, for who must look into it' })),
});

const stepsSchema = Type.Object({
  queuedAt: instantSchema,
  sentAt: orNull(instantSchema),
  acceptedAt: orNull(instantSchema),
  deliveredAt: orNull(instantSchema),
  readAt: orNull(instantSchema),
  answeredAt: orNull(instantSchema),
  failedAt: orNull(instantSchema),
  deletedUnreadAt: orNull(instantSchema),
  receiptRefusedAt: orNull(instantSchema),
  autoAnsweredAt: orNull(instantSchema),
});

const lineSchema = Type.Object({
  address: addressSchema,
  displayName: orNull(Type.String({ description: 'as the message names the recipient' })),
  isLocal: Type.Boolean({ description: 'a mailbox of this operator: delivered at once' }),
  isPatient: Type.Boolean(),
  state: stateSchema,
  steps: stepsSchema,
  peer: orNull(
    Type.Object({ host: Type.String(), organisation: orNull(Type.String()) }, { description: 'who has taken it' }),
  ),
  answerEmailId: orNull(uuidSchema),
  failure: orNull(troubleSchema),
  delay: orNull(troubleSchema),
  attempts: Type.Integer(),
  nextAttemptAt: orNull(instantSchema),
  expiresAt: orNull(Type.String({ format: 'date-time', description: 'until when attempts go on' })),
});

/** A message that this account did not send has no line. */
export const deliveriesSchema = Type.Object({ recipients: Type.Array(lineSchema) });
export const deliveriesParamsSchema = Type.Object({ accountId: uuidSchema, emailId: uuidSchema });

/** For lists: without names or addresses. */
export const askDeliveriesSchema = Type.Object({
  emailIds: Type.Array(uuidSchema, { minItems: 1, maxItems: deliveriesBounds.emails }),
});
export const deliverySummariesSchema = Type.Object({
  emails: Type.Array(
    Type.Object({
      emailId: uuidSchema,
      recipients: Type.Integer(),
      /** A failure first, then the least advanced. */
      state: stateSchema,
      states: Type.Object({
        queued: Type.Integer(),
        sending: Type.Integer(),
        delayed: Type.Integer(),
        accepted: Type.Integer(),
        delivered: Type.Integer(),
        read: Type.Integer(),
        answered: Type.Integer(),
        failed: Type.Integer(),
      }),
    }),
    { description: 'those of the emails that this account sent' },
  ),
});
