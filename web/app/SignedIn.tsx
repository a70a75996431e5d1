/** What is there for somebody signed in: a file of its own, which the sign-in page does without. */
import { RouterProvider } from '@tanstack/react-router';
import { useMemo } from 'react';
import { DeviceProvider } from '../offline/DeviceProvider.tsx';
import { LiveProvider } from './LiveProvider.tsx';
import { createAppRouter } from './router.tsx';
import { useOffice } from './session.ts';
import { ShortcutsProvider } from './shortcuts/ShortcutsProvider.tsx';

export function SignedIn() {
  return (
    <DeviceProvider>
      <LiveProvider>
        <ShortcutsProvider>
          <Screens />
        </ShortcutsProvider>
      </LiveProvider>
    </DeviceProvider>
  );
}

function Screens() {
  const { personId } = useOffice().session.person;
  const router = useMemo(() => createAppRouter(personId), [personId]);
  return <RouterProvider router={router} />;
}
