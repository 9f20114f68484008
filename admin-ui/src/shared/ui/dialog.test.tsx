import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { expect, test } from 'vitest';
import { Button } from './button';
import { Dialog } from './dialog';

function Page({ question = false }: { question?: boolean }) {
  const [open, setOpen] = useState(false);
  const close = () => {
    setOpen(false);
  };
  return (
    <>
      <Button
        onPress={() => {
          setOpen(true);
        }}
      >
        Open
      </Button>
      <Dialog
        open={open}
        onClose={close}
        title="Sure?"
        question={question}
        actions={
          <>
            <Button onPress={close}>Keep</Button>
            <Button onPress={close}>Block</Button>
          </>
        }
      />
    </>
  );
}

test('the focus stays inside, Escape closes, and the focus returns', async () => {
  render(<Page />);
  const opener = screen.getByRole('button', { name: 'Open' });
  await userEvent.click(opener);
  const dialog = await screen.findByRole('dialog', { name: 'Sure?' });
  for (let step = 0; step < 6; step++) {
    await userEvent.tab();
    expect(dialog.contains(document.activeElement)).toBe(true);
  }
  await userEvent.keyboard('{Escape}');
  expect(screen.queryByRole('dialog')).toBeNull();
  await waitFor(() => {
    expect(document.activeElement).toBe(opener);
  });
});

test('a question is an alert dialog that only a button answers', async () => {
  render(<Page question />);
  await userEvent.click(screen.getByRole('button', { name: 'Open' }));
  expect(await screen.findByRole('alertdialog', { name: 'Sure?' })).toBeTruthy();
  expect(screen.queryByRole('button', { name: 'Sluiten' })).toBeNull();
  await userEvent.click(screen.getByRole('button', { name: 'Keep' }));
  expect(screen.queryByRole('alertdialog')).toBeNull();
});
