/** The person's settings: asked once, changed at once on screen and then at the server, put back when it refuses. */
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { ChangeSettings, Settings } from '../../../contract/settings.ts';
import type { ApiClient } from '../../api/client.ts';
import { explainFault } from '../../api/faults.ts';
import { useToasts } from '../../ui/ToastRegion.tsx';
import { useOffice } from '../session.ts';
import { keepTheme } from './kept-theme.ts';
import { appearanceOf, defaultSettings, withoutChange } from './preferences.ts';

const key = ['settings'] as const;

function settingsQuery(api: ApiClient) {
  return queryOptions({
    queryKey: key,
    queryFn: ({ signal }) => api.request<Settings>('GET', '/api/settings', { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export interface Preferences {
  readonly settings: Settings;
  readonly isLoaded: boolean;
  /** Shown at once; the server's refusal is told in a toast. */
  change(change: ChangeSettings): void;
  /** Of the last change made here: whether the server has it. */
  readonly saving: 'none' | 'under-way' | 'saved';
}

export function usePreferences(): Preferences {
  const { api } = useOffice();
  const queries = useQueryClient();
  const toasts = useToasts();
  const { data } = useQuery(settingsQuery(api));
  const { mutate, status } = useMutation({
    scope: { id: 'settings' }, // one after the other, in the order of the gestures
    mutationFn: (change: ChangeSettings) => api.request<Settings>('PATCH', '/api/settings', { body: change }),
    onMutate: async (change) => {
      await queries.cancelQueries({ queryKey: key });
      const before = queries.getQueryData<Settings>(key) ?? defaultSettings;
      queries.setQueryData<Settings>(key, { ...before, ...change });
      return before;
    },
    onError: (fault, change, before) => {
      if (before !== undefined) {
        queries.setQueryData<Settings>(key, (now) => withoutChange(now ?? before, change, before));
      }
      toasts.show(explainFault(fault), { kind: 'fault' });
    },
  });
  const saving = status === 'pending' ? 'under-way' : status === 'success' ? 'saved' : 'none';
  return { settings: data ?? defaultSettings, isLoaded: data !== undefined, change: mutate, saving };
}

/** Puts theme and density on the page: once, by the frame. */
export function useAppearance(): void {
  const { settings, isLoaded } = usePreferences();
  const { theme, density } = appearanceOf(settings);
  useEffect(() => {
    if (!isLoaded) return; // what was kept of the last time stands
    const { dataset } = document.documentElement;
    if (theme === undefined) delete dataset['theme'];
    else dataset['theme'] = theme;
    if (density === undefined) delete dataset['density'];
    else dataset['density'] = density;
    keepTheme(localStorage, settings.theme);
  }, [isLoaded, theme, density, settings.theme]);
}
