import { CircleUserRound, LogOut } from 'lucide-react';
import { shellTexts as texts } from '../../texts/shell.ts';
import { Button } from '../../ui/Button.tsx';
import { Menu } from '../../ui/Menu.tsx';
import { useOffice } from '../session.ts';
import styles from './PersonMenu.module.css';

export function PersonMenu() {
  const { session, signOut } = useOffice();
  return (
    <div className={styles.person}>
      <Menu
        label={texts.me}
        trigger={
          <Button
            kind="bare"
            icon={<CircleUserRound aria-hidden="true" />}
            aria-label={`${texts.me} : ${session.person.name}`}
          >
            {session.person.name}
          </Button>
        }
        actions={[{ id: 'sign-out', label: texts.signOut, icon: <LogOut />, onSelect: () => void signOut() }]}
      />
    </div>
  );
}
