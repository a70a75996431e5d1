import { changePracticeSchema, type Practice, practiceSchema } from '../../../../contract/practice.ts';
import type { SignedIn } from '../sign-in.ts';
import { type ApiParts, actOf, operation } from './operation.ts';
import { practiceTexts as texts } from './texts.ts';

export function registerPractice(parts: ApiParts): void {
  const { app, product, signIn } = parts;
  const { access, clock, database } = product;
  const describe = async (person: SignedIn): Promise<Practice> => ({
    ...(await access.getPractice(database.db, person.tenantId)),
    mayChange: await access.mayChangePractice(database.db, person, clock.now()),
  });

  const show = operation(parts, texts.show, { answer: practiceSchema, given: {} });
  app.get('/api/practice', show, (request) => describe(signIn.personOf(request)));

  const change = operation(parts, texts.change, { answer: practiceSchema, given: { body: changePracticeSchema } });
  app.patch('/api/practice', change, async (request) => {
    const person = signIn.personOf(request);
    await actOf(parts, { person }, (act) => access.changePractice(act, person.tenantId, request.body));
    return describe(person);
  });
}
