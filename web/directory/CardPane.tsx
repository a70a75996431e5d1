import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ArrowLeft, CircleAlert, Mail, RefreshCw, Star, Users } from 'lucide-react';
import { useState } from 'react';
import { ApiProblem } from '../api/client.ts';
import { explainFault } from '../api/faults.ts';
import { type HeldAccount, useOffice } from '../app/session.ts';
import { directoryTexts as texts } from '../texts/directory.ts';
import { uiTexts } from '../texts/ui.ts';
import { Avatar } from '../ui/Avatar.tsx';
import { Button, IconButton } from '../ui/Button.tsx';
import { ButtonLink } from '../ui/ButtonLink.tsx';
import { Menu } from '../ui/Menu.tsx';
import { EmptyState, LoadingNote, Notice, Skeleton } from '../ui/States.tsx';
import { CardMailboxes } from './CardMailboxes.tsx';
import styles from './CardPane.module.css';
import { cardQuery, favouritesQuery, groupsQuery, preferredQuery, refreshCard } from './data.ts';
import { GroupDialog } from './GroupDialog.tsx';
import type { Card, Completion, Group } from './types.ts';
import { useKept } from './useKept.ts';
import { phoneLine, placeAddress, placeLine, plainLabel, trade } from './words.ts';

export interface CardPaneProps {
  readonly id: string;
  readonly account: HeldAccount;
  /** On a phone, where the card has the screen for itself. */
  readonly onBack?: () => void;
}

export function CardPane({ id, account, onBack }: CardPaneProps) {
  const { api } = useOffice();
  const { data: card, error, refetch } = useQuery(cardQuery(api, id));
  return (
    <article className={styles.pane}>
      {onBack === undefined ? null : (
        <div className={styles.back}>
          <Button kind="bare" icon={<ArrowLeft aria-hidden="true" />} onPress={onBack}>
            {texts.back}
          </Button>
        </div>
      )}
      {card === undefined ? (
        <CardWait error={error} onRetry={() => void refetch()} />
      ) : (
        <>
          <CardHead card={card} account={account} />
          <CardMailboxes card={card} account={account} />
          <Roles card={card} />
          <Identity card={card} />
          <Refresh id={id} />
        </>
      )}
    </article>
  );
}

function CardWait({ error, onRetry }: { readonly error: Error | null; readonly onRetry: () => void }) {
  if (error !== null) {
    const isGone = error instanceof ApiProblem && error.status === 404;
    return (
      <EmptyState
        icon={<CircleAlert aria-hidden="true" />}
        title={isGone ? texts.notFound : texts.faultTitle}
        action={isGone ? undefined : <Button onPress={onRetry}>{uiTexts.retry}</Button>}
      >
        {isGone ? undefined : explainFault(error)}
      </EmptyState>
    );
  }
  return (
    <>
      <LoadingNote>{uiTexts.loading}</LoadingNote>
      <Skeleton width="60%" height="24px" />
      <Skeleton width="40%" />
      <Skeleton height="120px" />
    </>
  );
}

function CardHead({ card, account }: { readonly card: Card; readonly account: HeldAccount }) {
  const { api } = useOffice();
  const { mayChange } = useKept(account);
  const [role] = card.roles;
  const said = role === undefined ? '' : trade(role);
  const addresses = card.mailboxes.map(({ address }) => address);
  const { data: preferred } = useQuery(preferredQuery(api, account.accountId, addresses));
  const address = preferred ?? addresses[0];
  return (
    <header className={styles.head}>
      <Avatar name={card.name} kind="pro" />
      <div className={styles.title}>
        <h2>{card.name}</h2>
        {said === '' ? null : <p className={styles.soft}>{said}</p>}
      </div>
      {mayChange && address !== undefined ? <Gestures card={card} account={account} /> : null}
      {address === undefined ? null : (
        <ButtonLink
          kind="main"
          icon={<Mail aria-hidden="true" />}
          to="/ecrire"
          search={{ a: address, compte: account.accountId }}
        >
          {texts.write}
        </ButtonLink>
      )}
    </header>
  );
}

/** The star, and the groups. */
function Gestures({ card, account }: { readonly card: Card; readonly account: HeldAccount }) {
  const { api } = useOffice();
  const { deeds, run } = useKept(account);
  const { data: favourites } = useQuery(favouritesQuery(api, account.accountId));
  const { data: groups } = useQuery(groupsQuery(api, account.accountId));
  const [isNaming, setNaming] = useState(false);
  const addresses = card.mailboxes.map(({ address }) => address);
  const address = addresses[0] ?? '';
  const starred = favourites?.favourites.find((each) => addresses.includes(each.address))?.address;
  const star = (): void => {
    if (starred === undefined) run(deeds.addFavourite(address, card.name), texts.addedFavourite);
    else run(deeds.removeFavourite(starred), texts.removedFavourite, () => deeds.addFavourite(starred, card.name));
  };
  const join = ({ id, name, members }: Group): void => {
    const now = members.map((member) => member.address);
    if (now.includes(address)) run(Promise.resolve(), texts.alreadyInGroup(name));
    else run(deeds.saveGroup(id, { name, members: [...now, address] }), texts.addedToGroup(name));
  };
  return (
    <>
      <IconButton
        label={starred === undefined ? texts.addFavourite : texts.removeFavourite}
        isPressed={starred !== undefined}
        onPress={star}
      >
        <Star aria-hidden="true" {...(starred === undefined ? {} : { fill: 'currentColor' })} />
      </IconButton>
      <Menu
        label={texts.addToGroup}
        trigger={
          <IconButton label={texts.addToGroup}>
            <Users aria-hidden="true" />
          </IconButton>
        }
        actions={[
          ...(groups?.groups ?? []).map((group) => ({
            id: group.id,
            label: group.name,
            onSelect: () => join(group),
          })),
          { id: 'new', label: texts.newGroup, startsGroup: true, onSelect: () => setNaming(true) },
        ]}
      />
      {isNaming ? <GroupDialog account={account} begunWith={[address]} onClose={() => setNaming(false)} /> : null}
    </>
  );
}

function Roles({ card: { roles, skills } }: { readonly card: Card }) {
  return (
    <>
      {roles.length === 0 ? null : (
        <section className={styles.section}>
          <h3>{texts.roles}</h3>
          <ul className={styles.lines}>
            {roles.map((role, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: roles have no name of their own, and their order is the card's.
              <li key={index} className={styles.line}>
                <p>
                  {trade(role)}
                  {role.mode === null ? null : <span className={styles.soft}> · {role.mode.label}</span>}
                </p>
                {role.place === null ? null : (
                  <>
                    <p>{placeLine(role.place)}</p>
                    <p className={styles.small}>{placeAddress(role.place)}</p>
                  </>
                )}
                {role.phone === null ? null : (
                  <a href={`tel:${role.phone}`} className={styles.phone}>
                    {phoneLine(role.phone)}
                  </a>
                )}
              </li>
            ))}
          </ul>
        </section>
      )}
      {skills.length === 0 ? null : (
        <section className={styles.section}>
          <h3>{texts.skills}</h3>
          <ul>
            {skills.map(({ code, label }) => (
              <li key={code}>{plainLabel(label)}</li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function Identity({ card: { rpps, idnps } }: { readonly card: Card }) {
  if (rpps === null && idnps === null) return null;
  return (
    <section className={styles.section}>
      <h3>{texts.identity}</h3>
      <dl className={styles.identity}>
        {rpps === null ? null : (
          <div>
            <dt>{texts.rpps}</dt>
            <dd data-figures="">{rpps}</dd>
          </div>
        )}
        {idnps === null ? null : (
          <div>
            <dt>{texts.idnps}</dt>
            <dd data-figures="">{idnps}</dd>
          </div>
        )}
      </dl>
    </section>
  );
}

function Refresh({ id }: { readonly id: string }) {
  const { api } = useOffice();
  const queries = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const [outcome, setOutcome] = useState<string>();
  const ask = async (): Promise<void> => {
    setAsking(true);
    setOutcome(undefined);
    try {
      const completion = await refreshCard(api, id);
      setOutcome(outcomeOf(completion));
      if (completion.kind === 'completed') await queries.invalidateQueries({ queryKey: ['directory'] });
    } catch (fault) {
      setOutcome(explainFault(fault));
    } finally {
      setAsking(false);
    }
  };
  return (
    <div className={styles.section}>
      <div>
        <Button icon={<RefreshCw aria-hidden="true" />} isPending={isAsking} onPress={() => void ask()}>
          {isAsking ? texts.refreshing : texts.refresh}
        </Button>
      </div>
      {outcome === undefined ? null : (
        <Notice kind="hygie" isLive>
          {outcome}
        </Notice>
      )}
    </div>
  );
}

function outcomeOf({ kind, addresses, explanation }: Completion): string {
  switch (kind) {
    case 'completed':
      return texts.completed(addresses ?? 0);
    case 'nothing-new':
      return texts.nothingNew;
    case 'not-found':
      return texts.notFound;
    case 'asked-lately':
      return texts.askedLately;
    case 'off':
      return texts.off;
    case 'unavailable':
      return explanation ?? texts.unavailable;
  }
}
