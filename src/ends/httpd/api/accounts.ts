import { accountsSchema } from '../../../../contract/accounts.ts';
import { type ApiParts, operation } from './operation.ts';
import { apiTexts } from './texts.ts';

export function registerAccounts(parts: ApiParts): void {
  const { app, product, signIn } = parts;
  const route = operation(parts, apiTexts.accounts, { answer: accountsSchema, given: {} });
  app.get('/api/accounts', route, async (request) => {
    const { db } = product.database;
    const held = await product.access.accountsOf(db, signIn.personOf(request), product.clock.now());
    const accounts = [];
    for (const { account, rights } of held) {
      const found = await product.mail.getAccount(db, account);
      if (found === undefined || found.isClosed) continue;
      const { tenantId, accountId, address, type, displayName } = found;
      accounts.push({ tenantId, accountId, address, type, displayName, rights: [...rights] });
    }
    return { accounts };
  });
}
