/** The key under which a browser keeps what was typed and not saved: given to an open session, kept by nobody. */
import { Type } from 'typebox';
import { journalKeySchema } from '../../../contract/journal.ts';
import { Refusal } from '../../base/errors.ts';
import { sessionSecurity } from './api/operation.ts';
import type { SessionRouteParts } from './session-routes.ts';
import { sessionTexts } from './texts.ts';

const faultSchema = Type.Unsafe<never>(Type.Ref('Problem#'));

export function registerJournalKey({ app, product, signIn }: Pick<SessionRouteParts, 'app' | 'product' | 'signIn'>) {
  app.get(
    '/api/session/journal-key',
    {
      onRequest: signIn.requireSession(),
      schema: {
        summary: sessionTexts.journalKey,
        security: sessionSecurity,
        response: { 200: journalKeySchema, default: faultSchema },
      },
    },
    async (request) => {
      const { tenantId, personId } = signIn.sessionOf(request).person;
      const { db } = product.database;
      const owner = { tenantId, purpose: 'tenant' as const, ownerId: tenantId };
      await product.dataKeys.openOrCreate(db, owner);
      // Always under the first version: what was typed before the practice's key was renewed still opens.
      const opened = await product.dataKeys.open(db, { ...owner, version: 1 });
      if (opened.state === 'destroyed') throw new Refusal('signed-out', sessionTexts.practiceGone);
      // Derived from the practice's key: with it destroyed, no journal of its people opens any more.
      return { key: opened.key.lookupHash(`journal\0${personId}`).toString('base64url') };
    },
  );
}
