/** The frame of every screen: the rail on a desk, five tabs on a phone, the alarm entrance always in sight. */
import { Outlet } from '@tanstack/react-router';
import { QuietLines } from '../../offline/QuietLines.tsx';
import { shellTexts as texts } from '../../texts/shell.ts';
import { OverlaysAhead } from '../../ui/Overlay.tsx';
import { useNotices } from '../notices/useNotices.ts';
import { useAppearance } from '../preferences/usePreferences.ts';
import { Rail } from './Rail.tsx';
import styles from './Shell.module.css';
import { Tabs } from './Tabs.tsx';

/** Without an entry in the history: it would be one that knows nothing of what was searched. */
function skip(): void {
  document.getElementById('contenu')?.focus();
}

export function Shell() {
  useAppearance();
  useNotices();
  return (
    <div className={styles.shell}>
      <button type="button" className={styles.skip} onClick={skip}>
        {texts.skip}
      </button>
      <Rail />
      <main id="contenu" className={styles.content} tabIndex={-1}>
        <Outlet />
      </main>
      <Tabs />
      <QuietLines />
      <OverlaysAhead />
    </div>
  );
}
