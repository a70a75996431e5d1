import { reportedUnwantedSchema, reportUnwantedSchema, unwantedParamsSchema } from '../../../../contract/unwanted.ts';
import { asId, type EmailId } from '../../../base/ids.ts';
import { type ApiParts, accountOf, operation } from './operation.ts';
import { apiTexts, unwantedAnswers } from './texts.ts';

/** « Signaler ». */
export function registerUnwanted(parts: ApiParts): void {
  const { app, product } = parts;
  const route = operation(parts, apiTexts.reportUnwanted, {
    answer: reportedUnwantedSchema,
    given: { params: unwantedParamsSchema, body: reportUnwantedSchema },
  });
  app.post('/api/accounts/:accountId/emails/:emailId/report', route, async (request) => {
    const { account, person } = await accountOf(parts, request, request.params.accountId);
    const { kind, note } = request.body;
    const emailId = asId<EmailId>(request.params.emailId);
    const report = { emailId, kind, ...(note !== undefined && { note }) };
    const { isNew, isMoved } = await product.transfer.reportUnwanted(person.actor, account, report);
    const { text, steps } = unwantedAnswers[kind];
    return { done: isNew, moved: isMoved, text: isNew ? text : unwantedAnswers.again, steps: [...steps] };
  });
}
