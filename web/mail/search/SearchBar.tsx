/**
 * The head of a list of messages: the field, the facets behind their button, the chips of what is active.
 *
 *   <SearchBar view={view} search={search}>{what stands right of the field}</SearchBar>
 *
 * It moves the address and nothing else. Words asked for in the inbox are looked for in all messages: who searches has
 * rarely left the letter where it arrived. What was searched is kept nowhere: it names patients.
 */
import { useNavigate } from '@tanstack/react-router';
import { SlidersHorizontal } from 'lucide-react';
import { lazy, type ReactNode, type RefObject, Suspense, useRef, useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { useShortcuts } from '../../app/shortcuts/useShortcuts.ts';
import { searchTexts as texts } from '../../texts/search.ts';
import { shortcutTexts } from '../../texts/shortcuts.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { Overlay } from '../../ui/Overlay.tsx';
import { SearchBox } from '../../ui/SearchBox.tsx';
import { Skeleton } from '../../ui/States.tsx';
import { phone, useMedia } from '../../ui/useMedia.ts';
import type { ListSearch } from '../list-search.ts';
import { type View, viewName } from '../views.ts';
import { FacetChips } from './FacetChips.tsx';
import { changedSearch, countFacets } from './facets.ts';
import styles from './SearchBar.module.css';

/** Fetched when it is first opened: most lists are read without it. */
const FacetForm = lazy(async () => ({ default: (await import('./FacetForm.tsx')).FacetForm }));

export interface SearchBarProps {
  readonly view: View;
  readonly search: ListSearch;
  readonly children?: ReactNode;
}

export function SearchBar({ view, search, children }: SearchBarProps) {
  const navigate = useNavigate();
  const go = (next: ListSearch): void => {
    const leavesInbox = next.q !== undefined && next.q !== search.q && view.kind === 'role' && view.role === 'inbox';
    const target = viewName(leavesInbox ? { kind: 'all' } : view);
    void navigate({ to: '/messages/$view', params: { view: target }, search: next });
  };
  return (
    <search className={styles.bar}>
      <div className={styles.top}>
        <WordsField search={search} onSearch={go} />
        {children}
      </div>
      <FacetChips search={search} onSearch={go} />
    </search>
  );
}

interface PartProps {
  readonly search: ListSearch;
  readonly onSearch: (search: ListSearch) => void;
}

function WordsField({ search, onSearch }: PartProps) {
  const [typed, setTyped] = useState(search.q ?? '');
  const [shown, setShown] = useState(search.q);
  if (shown !== search.q) {
    // The address moved: by the back button, a link, or our own gesture.
    setShown(search.q);
    setTyped(search.q ?? '');
  }
  const input = useRef<HTMLInputElement>(null);
  const box = useRef<HTMLDivElement>(null);
  useShortcuts([{ keys: ['/'], label: shortcutTexts.search, group: 'all', run: () => input.current?.select() }]);
  return (
    <SearchBox
      label={texts.label}
      placeholder={texts.placeholder}
      clearLabel={texts.clear}
      value={typed}
      onChange={setTyped}
      onSubmit={(words) => onSearch(changedSearch(search, { q: words.trim() }))}
      onClear={() => search.q !== undefined && onSearch(changedSearch(search, { q: undefined }))}
      inputRef={input}
      boxRef={box}
    >
      <FacetsButton search={search} onSearch={onSearch} box={box} />
    </SearchBox>
  );
}

/** On a desk the facets hang below the field; on a phone they are a sheet. */
function FacetsButton({ search, onSearch, box }: PartProps & { readonly box: RefObject<HTMLDivElement | null> }) {
  const [isOpen, setOpen] = useState(false);
  const isPhone = useMedia(phone);
  const count = countFacets(search);
  const close = () => setOpen(false);
  const form = (
    <Suspense fallback={<Skeleton height="420px" />}>
      <FacetForm
        search={search}
        onSearch={(next) => {
          close();
          onSearch(next);
        }}
      />
    </Suspense>
  );
  return (
    <>
      <AriaButton
        className={styles.inner ?? ''}
        aria-label={count === 0 ? texts.facets : texts.facetsActive(count)}
        aria-haspopup="dialog"
        data-active={count > 0 || undefined}
        onPress={() => setOpen(true)}
      >
        <SlidersHorizontal aria-hidden="true" />
      </AriaButton>
      {isPhone ? (
        <Dialog title={texts.facets} isOpen={isOpen} onClose={close}>
          {form}
        </Dialog>
      ) : (
        <Overlay
          kind="panel"
          label={texts.facets}
          className={styles.popover ?? ''}
          panelClassName={styles.panel ?? ''}
          trigger={box}
          isOpen={isOpen}
          onClose={close}
        >
          {form}
        </Overlay>
      )}
    </>
  );
}
