import { render } from '@testing-library/react';
import { expect, it } from 'vitest';
import { PageHeading } from './page-heading';

it('names the tab as the page is headed, and no longer than the page is there', () => {
  const { rerender, unmount } = render(<PageHeading>Card stock</PageHeading>);
  expect(document.title).toBe('Card stock · OpenBalie');
  rerender(<PageHeading>Price lists</PageHeading>);
  expect(document.title).toBe('Price lists · OpenBalie');
  unmount();
  expect(document.title).toBe('OpenBalie');
});

it('leaves the names of people out of the tab', () => {
  const { rerender } = render(
    <PageHeading>
      <span data-person>Bram</span> has a pass
    </PageHeading>,
  );
  expect(document.title).toBe('has a pass · OpenBalie');
  rerender(
    <PageHeading data-person tab="Passholder">
      Bram
    </PageHeading>,
  );
  expect(document.title).toBe('Passholder · OpenBalie');
});
