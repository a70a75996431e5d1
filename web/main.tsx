import './ui/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/App.tsx';
import { followInstallation } from './offline/install.ts';
import { followUpdates } from './offline/updates.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no place for the application');
// Built alone: while one develops, what is kept would hide what has changed.
const hasWorker = import.meta.env.PROD && 'serviceWorker' in navigator;
const installed = {
  updates: hasWorker ? followUpdates(navigator.serviceWorker) : undefined,
  installation: followInstallation(window),
};
createRoot(root).render(
  <StrictMode>
    <App installed={installed} />
  </StrictMode>,
);
