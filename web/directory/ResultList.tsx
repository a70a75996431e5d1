/** Correspondents, one line each: arrows walk through them, and the card follows. */
import { Star, Users } from 'lucide-react';
import type { ReactNode } from 'react';
import { ListBox, ListBoxItem } from 'react-aria-components';
import { directoryTexts as texts } from '../texts/directory.ts';
import { Avatar } from '../ui/Avatar.tsx';
import { ButtonLink } from '../ui/ButtonLink.tsx';
import { Tag } from '../ui/Tag.tsx';
import styles from './NationalTab.module.css';
import type { Correspondent, Kept } from './types.ts';
import { distanceLine, placeLine, shortDay, trade } from './words.ts';

export interface ResultListProps {
  readonly items: readonly Correspondent[];
  readonly kept: readonly Kept[];
  readonly selected: string | undefined;
  readonly onSelect: (id: string) => void;
}

export function ResultList({ items, kept, selected, onSelect }: ResultListProps) {
  return (
    <>
      {kept.length === 0 ? null : (
        <section className={styles.known}>
          <h2>{texts.known}</h2>
          <ul>
            {kept.map((match) => (
              <KeptLine key={keptKey(match)} match={match} />
            ))}
          </ul>
        </section>
      )}
      {items.length === 0 ? null : (
        <ListBox
          aria-label={texts.results}
          className={styles.list ?? ''}
          items={items}
          selectionMode="single"
          selectionBehavior="replace"
          selectedKeys={selected === undefined ? [] : [selected]}
          onSelectionChange={(keys) => {
            const [key] = keys === 'all' ? [] : [...keys];
            if (key !== undefined && key !== selected) onSelect(String(key));
          }}
        >
          {(item) => (
            <ListBoxItem id={item.id} textValue={item.name} className={styles.row ?? ''}>
              <Row item={item} />
            </ListBoxItem>
          )}
        </ListBox>
      )}
    </>
  );
}

function Row({ item }: { readonly item: Correspondent }) {
  const { name, place, otherPlaces, addresses, distanceKm, isHomonym, isFavourite } = item;
  const what = trade(item);
  return (
    <>
      <Avatar name={name} kind="pro" />
      <div className={styles.words}>
        <div className={styles.nameLine}>
          <strong className={styles.name}>{name}</strong>
          {distanceKm === null ? null : <span className={styles.distance}>{distanceLine(distanceKm)}</span>}
        </div>
        {what === '' ? null : <span className={styles.line}>{what}</span>}
        {place === null ? null : (
          <span className={styles.small}>
            {placeLine(place)}
            {otherPlaces === 0 ? null : `, ${texts.places(otherPlaces)}`}
          </span>
        )}
        <span className={styles.tags}>
          {isFavourite ? (
            <Tag kind="hygie" icon={<Star aria-hidden="true" />}>
              {texts.favourite}
            </Tag>
          ) : null}
          {isHomonym ? (
            <Tag kind="care" icon={<Users aria-hidden="true" />}>
              {texts.homonym}
            </Tag>
          ) : null}
          {addresses.length === 0 ? <Tag kind="care">{texts.noAddress}</Tag> : null}
          {addresses.length > 1 ? <Tag kind="plain">{texts.members(addresses.length)}</Tag> : null}
        </span>
      </div>
    </>
  );
}

interface KeptWords {
  readonly tag: string;
  readonly name: string;
  readonly addresses: readonly string[];
  readonly leftAt: string | null;
}

function keptWords(match: Kept): KeptWords {
  switch (match.kind) {
    case 'group':
      return {
        tag: texts.group,
        name: match.group.name,
        addresses: match.group.members.map(({ address }) => address),
        leftAt: null,
      };
    case 'book': {
      const { name, address, leftAt } = match.entry;
      return { tag: texts.bookEntry, name, addresses: address === null ? [] : [address], leftAt };
    }
    case 'favourite':
    case 'written': {
      const { name, address, leftAt } = match.recipient;
      const tag = match.kind === 'favourite' ? texts.favourite : texts.written;
      return { tag, name: name ?? address, addresses: [address], leftAt };
    }
  }
}

function keptKey(match: Kept): string {
  if (match.kind === 'group') return `group ${match.group.id}`;
  return match.kind === 'book' ? `book ${match.entry.id}` : `${match.kind} ${match.recipient.address}`;
}

function KeptLine({ match }: { readonly match: Kept }) {
  const { tag, name, addresses, leftAt } = keptWords(match);
  const [only] = addresses;
  const detail: ReactNode =
    leftAt !== null ? texts.left(shortDay(leftAt)) : addresses.length > 1 ? texts.members(addresses.length) : only;
  return (
    <li className={styles.keptRow}>
      <div className={styles.words}>
        <div className={styles.nameLine}>
          <strong className={styles.name}>{name}</strong>
          <Tag kind="plain">{tag}</Tag>
        </div>
        {detail === name ? null : <span className={styles.small}>{detail}</span>}
      </div>
      {addresses.length === 0 ? null : (
        <ButtonLink to="/ecrire" search={{ a: addresses.join(',') }} aria-label={texts.writeTo(name)}>
          {texts.write}
        </ButtonLink>
      )}
    </li>
  );
}
