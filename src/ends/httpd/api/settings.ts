import { changeSettingsSchema, settingsSchema } from '../../../../contract/settings.ts';
import { type ApiParts, actOf, operation } from './operation.ts';
import { settingsTexts as texts } from './texts.ts';

export function registerSettings(parts: ApiParts): void {
  const { app, product, signIn } = parts;
  const { access, database } = product;

  const show = operation(parts, texts.show, { answer: settingsSchema, given: {} });
  app.get('/api/settings', show, (request) => access.getSettings(database.db, signIn.personOf(request)));

  const change = operation(parts, texts.change, { answer: settingsSchema, given: { body: changeSettingsSchema } });
  app.patch('/api/settings', change, (request) => {
    const person = signIn.personOf(request);
    return actOf(parts, { person }, (act) => access.changeSettings(act, person, request.body));
  });
}
