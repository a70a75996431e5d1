import { accountParamsSchema } from '../../../../contract/accounts.ts';
import { doneSchema } from '../../../../contract/forms.ts';
import {
  changeTemplateSchema,
  createdTemplateSchema,
  createTemplateSchema,
  templateParamsSchema,
  templatesSchema,
} from '../../../../contract/templates.ts';
import { asId, type Uuid } from '../../../base/ids.ts';
import { type ApiParts, accountOf, actOf, operation, wire } from './operation.ts';
import { templatesTexts as texts } from './texts.ts';

export function registerTemplates(parts: ApiParts): void {
  const { app, product } = parts;
  const { templates } = product.mail;
  const account = { params: accountParamsSchema };
  const one = { params: templateParamsSchema };

  const list = operation(parts, texts.list, { answer: templatesSchema, given: account });
  app.get('/api/accounts/:accountId/templates', list, async (request) => {
    const view = await accountOf(parts, request, request.params.accountId);
    return wire({ templates: await actOf(parts, view, (act) => templates.list(act, view.account)) });
  });

  const create = operation(parts, texts.create, {
    answer: createdTemplateSchema,
    given: { ...account, body: createTemplateSchema },
  });
  app.post('/api/accounts/:accountId/templates', create, async (request) => {
    const view = await accountOf(parts, request, request.params.accountId);
    return { id: await actOf(parts, view, (act) => templates.create(act, view.account, request.body)) };
  });

  const change = operation(parts, texts.change, { answer: doneSchema, given: { ...one, body: changeTemplateSchema } });
  app.patch('/api/accounts/:accountId/templates/:templateId', change, async (request) => {
    const view = await accountOf(parts, request, request.params.accountId);
    const id = asId<Uuid>(request.params.templateId);
    await actOf(parts, view, (act) => templates.change(act, view.account, id, request.body));
    return { done: true };
  });

  const remove = operation(parts, texts.remove, { answer: doneSchema, given: one });
  app.delete('/api/accounts/:accountId/templates/:templateId', remove, async (request) => {
    const view = await accountOf(parts, request, request.params.accountId);
    const id = asId<Uuid>(request.params.templateId);
    await actOf(parts, view, (act) => templates.remove(act, view.account, id));
    return { done: true };
  });
}
