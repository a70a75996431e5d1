import { accountParamsSchema } from '../../../../contract/accounts.ts';
import {
  type DeletedEmails,
  deletedBounds,
  deletedEmailsSchema,
  deletedQuerySchema,
  searchDeletedSchema,
  undeletedSchema,
  undeleteSchema,
} from '../../../../contract/deleted.ts';
import { Refusal } from '../../../base/errors.ts';
import { asId, type EmailId, isUuid } from '../../../base/ids.ts';
import type { DeletedPage, DeletedPlace } from '../../../domain/mail/mail.ts';
import { type AccountView, type ApiParts, accountOf, actOf, operation, wire } from './operation.ts';
import { deletedTexts as texts } from './texts.ts';

interface Asked {
  readonly limit?: number;
  readonly before?: string;
  readonly text?: string;
}

const dayMs = 24 * 3_600_000;

export function registerDeleted(parts: ApiParts): void {
  const { app, product } = parts;
  const { mail, config } = product;
  const account = { params: accountParamsSchema };
  const answer = async (view: AccountView, { limit, before, text }: Asked): Promise<DeletedEmails> => {
    const wanted = {
      limit: limit ?? deletedBounds.defaultPage,
      ...(before !== undefined && { after: readPlace(before) }),
      ...(text !== undefined && { text }),
    };
    const page = await actOf(parts, view, (act) => mail.openDeleted(act, view.account, wanted));
    return describe(page, config.limits.undeleteDays);
  };

  const list = operation(parts, texts.list, {
    answer: deletedEmailsSchema,
    given: { ...account, querystring: deletedQuerySchema },
  });
  app.get('/api/accounts/:accountId/deleted', list, async (request) =>
    answer(await accountOf(parts, request, request.params.accountId), request.query),
  );

  const search = operation(parts, texts.search, {
    answer: deletedEmailsSchema,
    given: { ...account, body: searchDeletedSchema },
  });
  app.post('/api/accounts/:accountId/deleted/search', search, async (request) =>
    answer(await accountOf(parts, request, request.params.accountId), request.body),
  );

  const undelete = operation(parts, texts.undelete, {
    answer: undeletedSchema,
    given: { ...account, body: undeleteSchema },
  });
  app.post('/api/accounts/:accountId/undelete', undelete, async (request) => {
    const view = await accountOf(parts, request, request.params.accountId);
    const ids = request.body.emailIds.map((id) => asId<EmailId>(id));
    return { restored: [...(await actOf(parts, view, (act) => mail.undeleteEmails(act, view.account, ids)))] };
  });
}

function describe({ emails, next }: DeletedPage, undeleteDays: number): DeletedEmails {
  return {
    emails: emails.map(({ id, from, deletedAt, receivedAt, subject, preview, hasAttachment }) =>
      wire({
        emailId: id,
        deletedAt,
        purgedAt: new Date(deletedAt.getTime() + undeleteDays * dayMs),
        receivedAt,
        from: from.map(({ name, address }) => ({ name, email: address })),
        subject,
        preview,
        hasAttachment,
      }),
    ),
    next: next === undefined ? null : `${next.deletedAt.getTime()}_${next.id}`,
  };
}

function readPlace(text: string): DeletedPlace {
  const [, ms, id] = /^(\d{1,15})_([0-9a-f-]{36})$/.exec(text) ?? [];
  if (ms === undefined || id === undefined || !isUuid(id)) throw new Refusal('bad-place', texts.badPlace);
  return { deletedAt: new Date(Number(ms)), id: asId<EmailId>(id) };
}
