import { fileURLToPath } from 'node:url';
import optimizeLocales from '@react-aria/optimize-locales-plugin';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// Where `openbalie serve` listens while one works on the web app with `npm run dev`.
const backend = process.env.OPENBALIE_URL ?? 'http://localhost:8080';

export default defineConfig({
  plugins: [
    // react-aria carries its own words in thirty languages; we ship four.
    { ...optimizeLocales.vite({ locales: ['nl-NL', 'fr-FR', 'de-DE', 'en-US'] }), enforce: 'pre' },
    react(),
    tailwindcss(),
  ],
  resolve: {
    alias: {
      '@openbalie/bridge-client': here('../bridge/client/src/index.ts'), // From source: nothing needs to be built first.
      '@': here('./src'),
    },
  },
  build: {
    target: 'es2023',
    manifest: true,
    // What runs this target preloads modules by itself.
    modulePreload: { polyfill: false },
    // The content security policy allows no data: scripts or styles, and small files compress together anyway.
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        // What every page needs, in one file: it compresses better together and changes seldom.
        codeSplitting: {
          groups: [
            {
              name: 'base',
              test: /node_modules\/(react|react-dom|scheduler|use-sync-external-store|@tanstack|i18next|react-i18next|openapi-fetch)\//,
            },
            // The small parts that every page has too.
            {
              name: 'parts',
              test: /src\/(api\/client|shared\/(ui\/(button-style|classes|field|field-frame|icon|store)|i18n\/language|identifier\/))/,
            },
          ],
        },
      },
    },
  },
  server: {
    port: 5173,
    strictPort: true,
    proxy: {
      '/api': backend,
      '/login': backend,
      '/logout': backend,
      '/realms': backend,
    },
  },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['src/test-setup.ts'],
    restoreMocks: true,
    testTimeout: 30_000,
  },
});
