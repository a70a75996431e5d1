import { BookUser, Inbox, Settings, Siren, SquarePen } from 'lucide-react';
import { shellTexts as texts } from '../../texts/shell.ts';

export const places = {
  messages: { label: texts.messages, icon: Inbox, to: '/messages/$view', params: { view: 'reception' } },
  compose: { label: texts.compose, icon: SquarePen, to: '/ecrire' },
  directory: { label: texts.directory, icon: BookUser, to: '/annuaire' },
  settings: { label: texts.settings, icon: Settings, to: '/reglages' },
  emergency: { label: texts.emergency, icon: Siren, to: '/urgence' },
} as const;
