/** Shown once the server has asked: that what looks like a slip is meant. */
import { Checkbox } from '@mantine/core';
import type { ReactNode } from 'react';

export function Said({
  field,
  label,
  error,
  isSaid,
  onSay,
}: {
  field: string;
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
      data-field={field}
    />
  );
}
