import { useQuery } from '@tanstack/react-query';
import { BadgeCheck, Mail, Pin } from 'lucide-react';
import { type HeldAccount, useOffice } from '../app/session.ts';
import { directoryTexts as texts } from '../texts/directory.ts';
import { Button } from '../ui/Button.tsx';
import { ButtonLink } from '../ui/ButtonLink.tsx';
import { Tag } from '../ui/Tag.tsx';
import styles from './CardPane.module.css';
import { preferredQuery } from './data.ts';
import type { Card } from './types.ts';
import { useKept } from './useKept.ts';
import { placeLine, shortDay } from './words.ts';

type Mailbox = Card['mailboxes'][number];

/** Every address, how sure it is, and which of them is proposed first. */
export function CardMailboxes({ card, account }: { readonly card: Card; readonly account: HeldAccount }) {
  const { api } = useOffice();
  const { deeds, run, mayChange } = useKept(account);
  const addresses = card.mailboxes.map(({ address }) => address);
  const { data: preferred } = useQuery(preferredQuery(api, account.accountId, addresses));
  return (
    <section className={styles.section}>
      <h3>{texts.mailboxes}</h3>
      {card.mailboxes.length === 0 ? <p className={styles.soft}>{texts.noAddress}</p> : null}
      <ul className={styles.lines}>
        {card.mailboxes.map((mailbox) => {
          const { address } = mailbox;
          const isPreferred = preferred === address;
          return (
            <li key={address} className={styles.line}>
              <MailboxWords mailbox={mailbox} isPreferred={isPreferred} />
              {addresses.length < 2 ? null : (
                <div className={styles.deeds}>
                  <ButtonLink
                    icon={<Mail aria-hidden="true" />}
                    to="/ecrire"
                    search={{ a: address, compte: account.accountId }}
                    aria-label={texts.writeTo(address)}
                  >
                    {texts.write}
                  </ButtonLink>
                  {mayChange ? (
                    <Button
                      kind="bare"
                      icon={<Pin aria-hidden="true" />}
                      onPress={() => run(isPreferred ? deeds.forget(address) : deeds.prefer(address))}
                    >
                      {isPreferred ? texts.forget : texts.prefer}
                    </Button>
                  ) : null}
                </div>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function MailboxWords({ mailbox, isPreferred }: { readonly mailbox: Mailbox; readonly isPreferred: boolean }) {
  const { address, type, place, isPaperless, source, seenAt } = mailbox;
  const day = shortDay(seenAt);
  return (
    <div>
      <p className={styles.address}>{address}</p>
      {place === null ? null : <p className={styles.small}>{placeLine(place)}</p>}
      <p className={styles.tags}>
        <Tag>{texts.boxes[type]}</Tag>
        <Tag kind="hygie" icon={<BadgeCheck aria-hidden="true" />}>
          {source === 'live' ? texts.seenLive(day) : texts.seenEdition(day)}
        </Tag>
        {isPreferred ? (
          <Tag kind="pro" icon={<Pin aria-hidden="true" />}>
            {texts.preferred}
          </Tag>
        ) : null}
        {isPaperless === true ? <Tag>{texts.paperless}</Tag> : null}
      </p>
    </div>
  );
}
