/** The part of the rail that messages have: all places on a wide desk, their icons on a narrow one. */
import { useParams, useSearch } from '@tanstack/react-router';
import { FolderTree } from 'lucide-react';
import { useMemo, useState } from 'react';
import { listTexts as texts } from '../../texts/list.ts';
import { shellTexts } from '../../texts/shell.ts';
import { IconButton } from '../../ui/Button.tsx';
import { readView } from '../views.ts';
import styles from './MailRail.module.css';
import { Places } from './Places.tsx';
import { PlacesSheet } from './PlacesSheet.tsx';

export function MailRail() {
  const { view: name } = useParams({ strict: false });
  const { compte } = useSearch({ strict: false });
  const [isOpen, setOpen] = useState(false);
  const view = useMemo(() => (name === undefined ? undefined : readView(name)), [name]);
  const search = compte === undefined ? {} : { compte };
  return (
    <div className={styles.rail}>
      <Places view={view} compte={compte} first={shellTexts.messages} />
      <div className={styles.more}>
        <IconButton label={texts.changePlace} onPress={() => setOpen(true)}>
          <FolderTree aria-hidden="true" />
        </IconButton>
        <PlacesSheet isOpen={isOpen} onClose={() => setOpen(false)} view={view} search={search} />
      </div>
    </div>
  );
}
