/** On a phone and where the rail is narrow: all places, in a sheet. */
import { listTexts as texts } from '../../texts/list.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import type { ListSearch } from '../list-search.ts';
import type { View } from '../views.ts';
import { Places } from './Places.tsx';

export interface PlacesSheetProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly view: View | undefined;
  readonly search: ListSearch;
}

export function PlacesSheet({ isOpen, onClose, view, search }: PlacesSheetProps) {
  return (
    <Dialog title={texts.changePlace} isOpen={isOpen} onClose={onClose}>
      <Places view={view} compte={search.compte} first={texts.views.inbox} onGo={onClose} />
    </Dialog>
  );
}
