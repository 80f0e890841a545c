/** Shown once the server has asked: that two of a kind at one time are no mistake. */
import { Checkbox } from '@mantine/core';
import type { ReactNode } from 'react';

export function Alongside({
  label,
  error,
  isSaid,
  onSay,
}: {
  label: string;
  error: ReactNode;
  isSaid: boolean;
  onSay: (isSaid: boolean) => void;
}) {
  if (!error && !isSaid) return null;
  return (
    <Checkbox
      label={label}
      error={error}
      checked={isSaid}
      onChange={({ currentTarget }) => onSay(currentTarget.checked)}
      data-field="alongside"
    />
  );
}
