/** The way back to the list from which one came, as it stood. */
import { useEffect } from 'react';
import { Link } from '@tanstack/react-router';
import { Icon } from './icons.tsx';
import classes from './back-link.module.css';

type List = '/perjanjian' | '/kotak-keluar';
type Search = { [Part in string]?: string | undefined };

const lastSeen = new Map<List, Search>();

/** Remembers how a list stands, for the way back to it. */
export function useWayBack(list: List, search: Search): void {
  useEffect(() => void lastSeen.set(list, search), [list, search]);
}

export function BackLink({ to, label }: { to: List; label: string }) {
  return (
    <Link to={to} search={lastSeen.get(to) ?? {}} className={classes.back}>
      <Icon name="arrowLeft" size={15} />
      {label}
    </Link>
  );
}
