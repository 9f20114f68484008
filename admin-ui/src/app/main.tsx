import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { startLanguage } from '@/shared/i18n/i18n';
import { App } from './app';
import '@/shared/styles/main.css';

async function start(root: HTMLElement) {
  await startLanguage();
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
void start(root);
