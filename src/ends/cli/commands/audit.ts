import { operatorWide } from '../../../platform/keys/keys.ts';
import { type Command, exitCode, UsageFault } from '../cli.ts';
import { cliTexts } from '../texts.ts';
import { accountAt, addressOption } from './account.ts';
import { tenantOption } from './user.ts';

const texts = cliTexts.audit;
const defaultLimit = 50;
const mostEvents = 10_000;

export const auditCommands: readonly Command[] = [
  {
    name: 'audit list',
    summary: texts.summary,
    usage: '[--tenant ID | --address A] [--limit N]',
    options: {
      tenant: { type: 'string', help: cliTexts.user.tenant },
      address: { type: 'string', help: cliTexts.account.address },
      limit: { type: 'string', help: texts.limit },
    },
    async run(invocation) {
      const limit = Number(invocation.text('limit') ?? defaultLimit);
      if (!Number.isSafeInteger(limit) || limit < 1 || limit > mostEvents)
        throw new UsageFault(texts.badLimit(mostEvents));
      const address = invocation.text('address') === undefined ? undefined : addressOption(invocation);
      const tenant = invocation.text('tenant') === undefined ? operatorWide : tenantOption(invocation);
      const product = await invocation.product();
      const account = address === undefined ? undefined : await accountAt(product, address);
      const tenantId = account?.tenantId ?? tenant;
      const events = await product.audit.list(product.database.db, {
        tenantId,
        limit,
        ...(account === undefined ? {} : { accountId: account.accountId }),
      });
      const lines = events.map((event) => {
        const facts = Object.entries(event.facts).map(([name, value]) => `${name}=${value}`);
        const who = `${event.actorKind}:${event.actor}`;
        return [event.occurredAt.toISOString(), event.kind, event.outcome, who, ...facts].join('  ');
      });
      invocation.print(events, lines.length === 0 ? [texts.none] : lines);
      return exitCode.done;
    },
  },
];
