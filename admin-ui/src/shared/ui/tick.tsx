/** A tick in a table: chooses a row, or all of them. */
export function Tick({
  label,
  on,
  onChange,
}: {
  label: string;
  on: boolean;
  onChange: (on: boolean) => void;
}) {
  return (
    <label className="grid size-11 place-items-center">
      <input
        type="checkbox"
        aria-label={label}
        checked={on}
        onChange={(event) => {
          onChange(event.target.checked);
        }}
        className="size-5 cursor-pointer accent-act"
      />
    </label>
  );
}
