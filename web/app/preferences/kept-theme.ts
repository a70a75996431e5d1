/** The theme that a browser keeps, alone and of nobody in particular: `public/theme.js` sets it before the first paint. */
import type { Settings } from '../../../contract/settings.ts';

const key = 'hygie-theme';

export function keepTheme(place: Pick<Storage, 'setItem' | 'removeItem'>, theme: Settings['theme']): void {
  if (theme === 'system') place.removeItem(key);
  else place.setItem(key, theme);
}
