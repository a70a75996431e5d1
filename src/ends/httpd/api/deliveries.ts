import { accountParamsSchema } from '../../../../contract/accounts.ts';
import {
  askDeliveriesSchema,
  deliveriesParamsSchema,
  deliveriesSchema,
  deliverySummariesSchema,
} from '../../../../contract/deliveries.ts';
import { asId, type EmailId } from '../../../base/ids.ts';
import { type ApiParts, accountOf, operation, wire } from './operation.ts';
import { apiTexts } from './texts.ts';

/** What became of the messages that an account sent. Clients hear of news as of any change of the email in Sent. */
export function registerDeliveries(parts: ApiParts): void {
  const { app, product } = parts;
  const { transfer } = product;

  const one = operation(parts, apiTexts.deliveries, {
    answer: deliveriesSchema,
    given: { params: deliveriesParamsSchema },
  });
  app.get('/api/accounts/:accountId/emails/:emailId/deliveries', one, async (request) => {
    const { viewer } = await accountOf(parts, request, request.params.accountId);
    const emailId = asId<EmailId>(request.params.emailId);
    return wire({ recipients: await transfer.deliveries(viewer.as, viewer.account, emailId) });
  });

  const several = operation(parts, apiTexts.deliverySummaries, {
    answer: deliverySummariesSchema,
    given: { params: accountParamsSchema, body: askDeliveriesSchema },
  });
  app.post('/api/accounts/:accountId/deliveries', several, async (request) => {
    const { viewer } = await accountOf(parts, request, request.params.accountId);
    const ids = request.body.emailIds.map((id) => asId<EmailId>(id));
    return wire({ emails: await transfer.deliverySummaries(viewer.as, viewer.account, ids) });
  });
}
