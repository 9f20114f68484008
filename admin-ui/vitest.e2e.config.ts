import { defineConfig } from 'vitest/config';

/** The journeys: one after the other, because they share a smart card service and the ports of a counter. */
export default defineConfig({
  test: {
    environment: 'node',
    include: ['e2e/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    passWithNoTests: true,
  },
});
