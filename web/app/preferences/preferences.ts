/** How a person's choices look on the page, and how a change shows before the server has it. */
import type { ChangeSettings, Settings } from '../../../contract/settings.ts';

/** Until the server has told: those of a person who has chosen nothing yet. */
export const defaultSettings: Settings = {
  theme: 'system',
  density: 'comfortable',
  conversations: true,
  undoSeconds: 10,
  notifications: false,
  receipts: 'ask',
  unified: true,
  remoteImages: 'never',
};

/** What the attributes of `<html>` are; undefined takes one away. */
export interface Appearance {
  readonly theme: 'light' | 'dark' | undefined;
  readonly density: 'compact' | undefined;
}

export function appearanceOf({ theme, density }: Pick<Settings, 'theme' | 'density'>): Appearance {
  return { theme: theme === 'system' ? undefined : theme, density: density === 'compact' ? 'compact' : undefined };
}

/** A change that failed goes back to what stood before it, and leaves what was changed since. */
export function withoutChange(now: Settings, change: ChangeSettings, before: Settings): Settings {
  const undone = Object.keys(change).filter((key): key is keyof Settings => {
    if (!(key in before)) return false;
    return now[key as keyof Settings] === change[key as keyof Settings]; // a key of the change is one of the settings
  });
  return { ...now, ...Object.fromEntries(undone.map((key) => [key, before[key]])) };
}
