import { defineConfig } from 'vitest/config';

/** The journeys. Each file has programs, ports, a reader and a browser of its own; two go side by side. */
export default defineConfig({
  test: {
    environment: 'node',
    include: ['e2e/**/*.test.ts'],
    maxWorkers: 2,
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 15_000 } },
    passWithNoTests: true,
  },
});
