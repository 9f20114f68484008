import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from '@tanstack/react-router';
import { render, screen } from '@testing-library/react';
import axe from 'axe-core';
import { expect, test } from 'vitest';
import { ComponentsPage } from './components-page';

test('axe finds nothing on the page with every part in every state', { timeout: 60_000 }, async () => {
  const router = createRouter({
    routeTree: createRootRoute({ component: ComponentsPage }),
    history: createMemoryHistory(),
  });
  render(<RouterProvider router={router} />);
  await screen.findByRole('heading', { level: 1, name: 'Components' });
  await screen.findByRole('heading', { name: 'The eID' });
  // Colours are held by tokens.test.ts and looked at in a browser: jsdom paints nothing.
  const { violations } = await axe.run(document.body, { rules: { 'color-contrast': { enabled: false } } });
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join('\n')}`)).toEqual(
    [],
  );
});
