import { useContext, useSyncExternalStore } from 'react';
import { shortcutTexts as texts } from '../../texts/shortcuts.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { Switch } from '../../ui/Field.tsx';
import type { Shortcut, ShortcutGroup } from './registry.ts';
import styles from './ShortcutsHelp.module.css';
import { ShortcutsContext } from './useShortcuts.ts';

const groups: readonly ShortcutGroup[] = ['list', 'message', 'go', 'all'];
const help: Shortcut = { keys: ['?'], label: texts.help, group: 'all' };

export interface ShortcutsHelpProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly isOn: boolean;
  readonly onSwitch: (isOn: boolean) => void;
}

export function ShortcutsHelp({ isOpen, onClose, isOn, onSwitch }: ShortcutsHelpProps) {
  const registry = useContext(ShortcutsContext);
  const declared = useSyncExternalStore(registry?.subscribe ?? noNews, () => registry?.list()) ?? [];
  return (
    <Dialog title={texts.title} isOpen={isOpen} onClose={onClose} isWide>
      <Switch isOn={isOn} onChange={onSwitch} help={texts.switchHelp}>
        {texts.switch}
      </Switch>
      <div className={styles.groups}>
        {groups.map((group) => {
          const lines = new Map(
            [...declared, help].filter((each) => each.group === group).map((each) => [each.label, each]),
          );
          if (lines.size === 0) return null;
          return (
            <section key={group}>
              <h3>{texts.groups[group]}</h3>
              <dl className={styles.lines}>
                {[...lines.values()].map(({ label, keys }) => (
                  <div key={label}>
                    <dt>{label}</dt>
                    <dd>
                      {keys.map((each) => (
                        <Keys key={each} keys={each} />
                      ))}
                    </dd>
                  </div>
                ))}
              </dl>
            </section>
          );
        })}
      </div>
    </Dialog>
  );
}

const noNews = (): (() => void) => () => undefined;

/** `g i`: two keys, one after the other. */
function Keys({ keys }: { readonly keys: string }) {
  return (
    <span className={styles.keys}>
      {keys.split(' ').map((key) => (
        <kbd key={key}>{texts.keyNames[key] ?? key}</kbd>
      ))}
    </span>
  );
}
